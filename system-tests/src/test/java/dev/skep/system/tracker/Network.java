package dev.skep.system.tracker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.system.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace with private addresses on its loopback device: some clients refuse peers in
 * 127.0.0.0/8.
 */
public final class Network {
  private static final int HOSTS = 64;
  private static final int IPV6_HOSTS = 3;

  private final String name;
  private final List<Process> processes = new ArrayList<>();

  private Network(String name) {
    this.name = name;
  }

  /** Makes one; skips the test, with the reason, where that is not allowed. */
  public static Network make() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ip")), "iproute2 is not installed");
    // Classes that make one each may run beside one another, in one process.
    var network =
        new Network(
            "skep-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()));
    assumeTrue(
        Program.succeeds("ip", "netns", "add", network.name), "network namespaces need root");
    network.ip("link", "set", "lo", "up");
    for (int host = 1; host <= HOSTS; host++) {
      network.ip("address", "add", ipv4(host) + "/24", "dev", "lo");
    }
    for (int host = 1; host <= IPV6_HOSTS; host++) {
      network.ip("address", "add", ipv6(host) + "/64", "dev", "lo", "nodad");
    }
    return network;
  }

  /** From 1 to 64; programs that need not find it on the device may use up to 254. */
  public static String ipv4(int host) {
    return "10.77.0." + host;
  }

  static String ipv6(int host) {
    return "fd77::" + host;
  }

  /** The command that runs this one in the namespace. */
  public List<String> inside(List<String> command) {
    var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(command);
    return all;
  }

  /** Starts a program in the namespace; it ends with the network at the latest. */
  public Process start(Path log, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(inside(command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    processes.add(process);
    return process;
  }

  private void ip(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("ip", "-netns", name));
    command.addAll(List.of(arguments));
    if (!Program.succeeds(command.toArray(String[]::new))) {
      throw new IOException(command + " failed");
    }
  }

  /** Ends what was started and is still running. */
  void endPrograms() throws InterruptedException {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    for (Process process : processes) {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
    processes.clear();
  }

  /** Removes the namespace and ends what runs in it. */
  public void remove() throws IOException, InterruptedException {
    endPrograms();
    Program.succeeds("ip", "netns", "delete", name);
  }
}
