package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Arguments;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import java.net.URI;
import java.net.URISyntaxException;
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
   */
  TrackerApi api(Terminal terminal) throws WrongUsage {
    String url = typed().or(() -> terminal.variable("SKEP_TRACKER")).orElse("");
    if (url.isBlank()) {
      throw new WrongUsage("name the tracker with --tracker URL, or set SKEP_TRACKER");
    }
    try {
      URI base = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
      if (base.getHost() == null || !String.valueOf(base.getScheme()).matches("https?")) {
        throw new WrongUsage("'" + url + "' is no tracker's URL; write http://HOST:6969");
      }
      return new TrackerApi(base, terminal.variable("SKEP_ADMIN_TOKEN"));
    } catch (URISyntaxException e) {
      throw new WrongUsage("'" + url + "' is no tracker's URL; write http://HOST:6969");
    }
  }
}
