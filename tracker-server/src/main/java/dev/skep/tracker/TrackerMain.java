package dev.skep.tracker;

import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Documentation;
import dev.skep.service.settings.Key;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.http.admission.TlsKeys;
import dev.skep.tracker.system.InWords;
import io.helidon.logging.common.LogConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the tracker: {@code skep tracker run}. */
@Command(
    name = "skep tracker run",
    description = "Runs the tracker: announces over HTTP and UDP, pages and an API over HTTP.",
    footer = {
      "",
      "Examples:",
      "  skep tracker run",
      "  skep tracker run --port 7000 --bind 127.0.0.1 --data /var/lib/skep",
      "  skep tracker run --print-config > tracker.properties"
    },
    sortOptions = false)
public final class TrackerMain implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file; see --print-config.")
  private @Nullable Path config;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "TCP port, and UDP port if --udp-port is not given (default: 6969).")
  private @Nullable String port;

  @Option(names = "--udp-port", paramLabel = "N", description = "UDP port.")
  private @Nullable String udpPort;

  @Option(
      names = "--bind",
      paramLabel = "ADDR",
      description = "Address to listen on (default: all of this machine's).")
  private @Nullable String bind;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of what must survive a restart (default: skep-data).")
  private @Nullable String data;

  @Option(
      names = "--end-with-stdin",
      hidden = true,
      description =
          "End when stdin closes: for the process that started this one and may be killed.")
  private boolean endWithStdin;

  @Option(
      names = "--print-config",
      description = "Print a file with every key at its default, and exit.")
  private boolean printConfig;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this, and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  private final PrintStream out;

  private TrackerMain(PrintStream out) {
    this.out = out;
  }

  /** Runs until the process is told to stop. Exit status: 0 stopped, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    LogConfig.configureRuntime();
    int status = start(System.out, System.err, args);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** The exit status: 0 if the tracker runs now, or had only to print something. */
  static int start(PrintStream out, PrintStream err, String... args) {
    var line = new CommandLine(new TrackerMain(out));
    line.setParameterExceptionHandler(
        (wrong, _) -> {
          err.println("skep: " + wrong.getMessage() + "; see skep tracker run --help");
          return WRONG_USAGE;
        });
    line.setExecutionExceptionHandler(
        (failure, _, _) -> {
          err.println("skep: " + inOneLine(failure));
          return failure instanceof BadSettingException ? WRONG_USAGE : FAILED;
        });
    return line.execute(args);
  }

  @Override
  public Integer call() throws Exception {
    if (printConfig) {
      out.print(
          Documentation.defaultFile(Keys.ALL, "Skep tracker", "skep tracker run --config FILE"));
      return 0;
    }
    Configuration configuration = Configuration.read(flags(), Optional.ofNullable(config));
    RoomSettings.of(configuration.settings());
    TlsKeys.of(configuration.config());
    Listening.check(configuration.settings());
    if (endWithStdin) {
      TrackerProcess.endWithStdin();
    }
    TrackerProcess.start(configuration);
    return 0;
  }

  private Map<String, String> flags() {
    var flags = new HashMap<String, String>();
    set(flags, Keys.HTTP_PORT, port);
    set(flags, Keys.UDP_PORT, udpPort == null ? port : udpPort);
    set(flags, Keys.BIND, bind);
    set(flags, Keys.DATA_FOLDER, data);
    return flags;
  }

  private static void set(Map<String, String> flags, Key<?> key, @Nullable String value) {
    if (value != null) {
      flags.put(key.name(), value);
    }
  }

  /** The message of the first cause that is ours to explain, else what the last one has to say. */
  static String inOneLine(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean ours = cause instanceof IOException || cause instanceof BadSettingException;
      String message = cause.getMessage();
      if (ours && message != null && !(cause instanceof FileSystemException)) {
        return message;
      }
    }
    return "the tracker did not start: " + InWords.of(failure);
  }
}
