package dev.skep.agent.cli;

import dev.skep.agent.catalogue.TrackerAddress;
import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.cli.console.Arguments;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --tracker URL}: the tracker whose catalogue and administration is meant. */
public final class TrackerOption {
  private static final String NAME = "--tracker";
  private static final String LABEL = "URL";
  private static final String DESCRIPTION =
      "Base URL of the tracker, such as http://tracker.lan:6969. Default: SKEP_TRACKER.";

  @Option(names = NAME, paramLabel = LABEL, description = DESCRIPTION)
  private @Nullable String tracker;

  private final Supplier<Optional<String>> declared;

  /** For a command with annotations. */
  TrackerOption() {
    declared = Optional::empty;
  }

  /** For a command without. */
  TrackerOption(Arguments arguments) {
    declared = arguments.option(String.class, LABEL, DESCRIPTION, NAME);
  }

  private Optional<String> typed() {
    return Optional.ofNullable(tracker).or(declared);
  }

  /** Whether a tracker is named on the command line. */
  boolean isTyped() {
    return typed().isPresent();
  }

  /** Whether a tracker is named, here or in the environment. */
  boolean isGiven(Terminal terminal) {
    return isTyped() || terminal.variable("SKEP_TRACKER").isPresent();
  }

  /**
   * A client for the tracker that was named.
   *
   * @throws WrongUsage if none was, or its URL is none
   * @throws Failure if its token is where it usually is and cannot be used
   */
  TrackerApi api(Terminal terminal) throws WrongUsage, Failure {
    return api(terminal, Optional.empty(), Optional.empty());
  }

  TrackerApi api(Terminal terminal, Optional<Path> tokenFile, Optional<Path> data)
      throws WrongUsage, Failure {
    String url = typed().or(() -> terminal.variable("SKEP_TRACKER")).orElse("");
    if (url.isBlank()) {
      throw new WrongUsage("name the tracker with --tracker URL, or set SKEP_TRACKER");
    }
    TrackerAddress at = TrackerAddress.parse(url).orElseThrow(() -> noTracker(url));
    return new TrackerApi(
        at.base(),
        SecretPlaces.find(terminal, tokenFile, data, at.passkey(), at.base()),
        at.passkey());
  }

  private static WrongUsage noTracker(String url) {
    return new WrongUsage(
        "'"
            + url
            + "' is no tracker's URL; write http://HOST:6969, or http://HOST:6969?passkey=PASSKEY");
  }
}
