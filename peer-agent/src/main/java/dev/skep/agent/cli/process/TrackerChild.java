package dev.skep.agent.cli.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A tracker of ours as a process below this one. */
public final class TrackerChild {
  /** What a tracker says when it serves. */
  private static final Pattern READY = Pattern.compile("ready on (http://\\S+/announce)");

  private final CompletableFuture<String> announceUrl = new CompletableFuture<>();
  private final Child child;

  private TrackerChild(List<String> command, Map<String, String> environment) throws IOException {
    child = Child.start("tracker", command, environment, _ -> {}, this::hear);
  }

  /**
   * Starts one, which will be ready in a while.
   *
   * @param data its data folder
   * @param port of TCP and UDP; 0 lets it take any that are free
   * @param more of its options
   * @param environment what it finds in its environment besides what we have
   */
  public static TrackerChild start(
      Launcher launcher, Path data, int port, List<String> more, Map<String, String> environment)
      throws IOException {
    String at = Integer.toString(port);
    var command = new ArrayList<>(launcher.command("tracker", "run", "--end-with-stdin"));
    command.addAll(List.of("--data", data.toString(), "--port", at, "--udp-port", at));
    command.addAll(more);
    return new TrackerChild(command, environment);
  }

  private void hear(String line) {
    Matcher ready = READY.matcher(line);
    if (ready.find()) {
      announceUrl.complete(ready.group(1));
    }
  }

  /** The process. */
  public Child child() {
    return child;
  }

  /** Its announce URL as it calls it; empty until it is ready. */
  public Optional<String> announceUrl() {
    return Optional.ofNullable(announceUrl.getNow(null));
  }
}
