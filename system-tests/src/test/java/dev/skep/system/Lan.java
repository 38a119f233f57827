package dev.skep.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Hosts at one switch: network namespaces of their own, and nothing else. */
final class Lan {
  private static final int SWITCH = 0;

  private final String id =
      ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime() & 0xffffff);

  private final int hosts;

  private Lan(int hosts) {
    this.hosts = hosts;
  }

  /** Makes two of them; see the other one. */
  static Lan make(boolean ipv4) throws IOException, InterruptedException {
    return make(2, ipv4);
  }

  /**
   * Makes them; skips the test, with the reason, where that is not allowed.
   *
   * @param hosts 1 to 200
   * @param ipv4 whether they have addresses of that family, besides those of IPv6
   */
  static Lan make(int hosts, boolean ipv4) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ip")), "iproute2 is not installed");
    Lan lan = new Lan(hosts);
    assumeTrue(
        Program.succeeds("ip", "netns", "add", lan.name(SWITCH)), "network namespaces need root");
    try {
      lan.connect(ipv4);
    } catch (IOException e) {
      lan.remove();
      assumeTrue(false, "no cable between network namespaces here: " + e.getMessage());
    }
    return lan;
  }

  private void connect(boolean ipv4) throws IOException, InterruptedException {
    at(SWITCH, "link", "add", "bridge0", "type", "bridge");
    at(SWITCH, "link", "set", "bridge0", "up");
    for (int host = 1; host <= hosts; host++) {
      must("ip", "netns", "add", name(host));
      String port = "port" + host;
      at(host, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", name(SWITCH));
      at(SWITCH, "link", "set", port, "master", "bridge0", "up");
      if (ipv4) {
        at(host, "address", "add", ipv4(host) + "/24", "dev", "eth0");
      }
      at(host, "address", "add", ipv6(host) + "/64", "dev", "eth0", "nodad");
      at(host, "link", "set", "lo", "up");
      at(host, "link", "set", "eth0", "up");
    }
  }

  private String name(int host) {
    return "skep-lan-" + id + "-" + host;
  }

  static String ipv4(int host) {
    return "10.78.0." + host;
  }

  static String ipv6(int host) {
    return "fd78::" + Integer.toHexString(host);
  }

  /** The command that runs this one on a host. */
  List<String> on(int host, List<String> command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
    all.addAll(command);
    return all;
  }

  /** For programs that do not say on which network they speak to many. */
  void routeMulticast(int host) throws IOException, InterruptedException {
    at(host, "route", "add", "224.0.0.0/4", "dev", "eth0");
  }

  /** Takes a host off the network; its addresses of IPv6 are gone then. */
  void unplug(int host) throws IOException, InterruptedException {
    at(host, "link", "set", "eth0", "down");
  }

  void plug(int host) throws IOException, InterruptedException {
    at(host, "link", "set", "eth0", "up");
  }

  /** Removes them, with the cables. */
  void remove() throws IOException, InterruptedException {
    for (int host = SWITCH; host <= hosts; host++) {
      Program.succeeds("ip", "netns", "delete", name(host));
    }
  }

  /** Tells the system something of one host's network. */
  private void at(int host, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name(host)));
    command.addAll(List.of(words));
    must(command.toArray(String[]::new));
  }

  private static void must(String... command) throws IOException, InterruptedException {
    if (!Program.succeeds(command)) {
      throw new IOException(String.join(" ", command) + " failed");
    }
  }
}
