package dev.skep.agent.cli;

import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.QuietLogs;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.protocol.digest.Digests;
import java.util.Set;

/** Where the process begins: runs one command and exits with its status. */
public final class SkepMain {
  /** These need digests soon. */
  private static final Set<String> HASHING = Set.of("create", "verify", "seed", "get", "push");

  /** Read by the JDK when the first virtual thread is made. */
  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  private static final int FAILED = 1;

  private SkepMain() {}

  /** Exits with 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    if (args.length > 0 && HASHING.contains(args[0])) {
      // To link them takes as long as to read the command line, and another processor is idle.
      Thread.ofPlatform().daemon().name("digests").start(Digests::sha1);
    }
    // Connections take a third of what moving data takes, and the rest has threads of its own. With
    // as many carriers as processors they mostly wake one another.
    if (System.getProperty(CARRIERS) == null) {
      int carriers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      System.setProperty(CARRIERS, String.valueOf(carriers));
    }
    // Java would send a request again whose answer did not come: it may have been obeyed already.
    System.setProperty("sun.net.http.retryPost", "false");
    QuietLogs.install();
    // We have our own for those that we need; making picocli's loads all of java.time.
    System.setProperty("picocli.converters.excludes", "java.*");
    Terminal terminal = Terminal.ofProcess();
    Thread.setDefaultUncaughtExceptionHandler((_, e) -> died(terminal, e));
    int status = SkepCommand.run(terminal, args);
    terminal.stop().ended(status);
    // With no other thread left to return is the same, without the logger that exit looks for.
    if (status != 0 || Thread.activeCount() > 1) {
      System.exit(status);
    }
  }

  /** Nothing that goes on without the thread which died could be trusted. */
  private static void died(Terminal terminal, Throwable e) {
    if (e instanceof OutOfMemoryError) {
      String limit = ByteSize.format(Runtime.getRuntime().maxMemory());
      terminal.say(
          "out of memory ("
              + e.getMessage()
              + "): Java may take "
              + limit
              + "; to allow more, set SKEP_JAVA_OPTS=-Xmx2g");
      Runtime.getRuntime().halt(FAILED);
    }
    terminal.say("unexpected " + e + "; this is a fault in skep, SKEP_DEBUG=1 shows where");
    if (terminal.variable("SKEP_DEBUG").isPresent()) {
      e.printStackTrace(terminal.err());
    }
  }
}
