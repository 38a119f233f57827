package dev.skep.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two hosts with a cable between them: network namespaces of their own, and nothing else. */
final class Lan {
  private final String id =
      ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime() & 0xffffff);

  private Lan() {}

  /**
   * Makes them; skips the test, with the reason, where that is not allowed.
   *
   * @param ipv4 whether they have addresses of that family, besides those of IPv6
   */
  static Lan make(boolean ipv4) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ip")), "iproute2 is not installed");
    Lan lan = new Lan();
    assumeTrue(Program.succeeds("ip", "netns", "add", lan.name(1)), "network namespaces need root");
    try {
      lan.connect(ipv4);
    } catch (IOException e) {
      lan.remove();
      assumeTrue(false, "no cable between network namespaces here: " + e.getMessage());
    }
    return lan;
  }

  private void connect(boolean ipv4) throws IOException, InterruptedException {
    must("ip", "netns", "add", name(2));
    must(
        "ip", "-n", name(1), "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns",
        name(2));
    for (int host = 1; host <= 2; host++) {
      if (ipv4) {
        must("ip", "-n", name(host), "address", "add", ipv4(host) + "/24", "dev", "eth0");
      }
      must(
          "ip",
          "-n",
          name(host),
          "address",
          "add",
          "fd78::" + host + "/64",
          "dev",
          "eth0",
          "nodad");
      must("ip", "-n", name(host), "link", "set", "lo", "up");
      must("ip", "-n", name(host), "link", "set", "eth0", "up");
    }
  }

  private String name(int host) {
    return "skep-lan-" + id + "-" + host;
  }

  static String ipv4(int host) {
    return "10.78.0." + host;
  }

  /** The command that runs this one on a host. */
  List<String> on(int host, List<String> command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
    all.addAll(command);
    return all;
  }

  /** Removes them, with the cable. */
  void remove() throws IOException, InterruptedException {
    Program.succeeds("ip", "netns", "delete", name(1));
    Program.succeeds("ip", "netns", "delete", name(2));
  }

  private static void must(String... command) throws IOException, InterruptedException {
    if (!Program.succeeds(command)) {
      throw new IOException(String.join(" ", command) + " failed");
    }
  }
}
