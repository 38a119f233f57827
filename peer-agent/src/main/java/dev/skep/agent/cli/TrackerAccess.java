package dev.skep.agent.cli;

import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.cli.console.Arguments;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which tracker is meant, and what opens its administration. */
final class TrackerAccess {
  private static final String TOKEN_FILE = "--token-file";
  private static final String ABOUT_TOKEN_FILE =
      "File that holds the tracker's admin token. Default: SKEP_ADMIN_TOKEN.";
  private static final String DATA = "--data";
  private static final String ABOUT_DATA =
      "The tracker's data folder, which holds its admin token. Default on its own machine:"
          + " skep-data.";

  @Mixin private TrackerOption tracker;

  @Option(names = TOKEN_FILE, paramLabel = "FILE", description = ABOUT_TOKEN_FILE)
  private @Nullable Path tokenFile;

  @Option(names = DATA, paramLabel = "DIR", description = ABOUT_DATA)
  private @Nullable Path data;

  private final Supplier<Optional<Path>> declaredTokenFile;
  private final Supplier<Optional<Path>> declaredData;

  /** For a command with annotations. */
  TrackerAccess() {
    tracker = new TrackerOption();
    declaredTokenFile = Optional::empty;
    declaredData = Optional::empty;
  }

  /** For a command without. */
  TrackerAccess(Arguments arguments) {
    tracker = new TrackerOption(arguments);
    declaredTokenFile = arguments.option(Path.class, "FILE", ABOUT_TOKEN_FILE, TOKEN_FILE);
    declaredData = arguments.option(Path.class, "DIR", ABOUT_DATA, DATA);
  }

  /** Whether a tracker is named on the command line. */
  boolean isTyped() {
    return tracker.isTyped();
  }

  /**
   * A client for the tracker that was named.
   *
   * @throws WrongUsage if none was, or its URL is none
   * @throws Failure if a named file holds no token
   */
  TrackerApi api(Terminal terminal) throws WrongUsage, Failure {
    return tracker.api(
        terminal,
        Optional.ofNullable(tokenFile).or(declaredTokenFile),
        Optional.ofNullable(data).or(declaredData));
  }
}
