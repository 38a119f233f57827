package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows an agent's torrents again and again. What draws is loaded only when it does. */
@Command(
    name = "top",
    description = "Shows the torrents of an agent, live.",
    footer = {
      "",
      "Keys: d, u, n, s, r, o sort by rate down, rate up, name, share done, ratio, place in the",
      "queue; the same key again turns the order round. Arrows and page keys scroll. q ends it.",
      "",
      "Example: skep agent top",
    })
final class AgentTop implements Callable<Integer> {
  private static final List<String> FIELDS =
      List.of(
          "id",
          "name",
          "status",
          "percent_done",
          "recheck_progress",
          "size_when_done",
          "rate_download",
          "rate_upload",
          "peers_connected",
          "upload_ratio",
          "eta",
          "queue_position",
          "error");

  /** It is only shown: nothing has to be said goodbye to. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(2);

  private final Terminal terminal;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      description = "How often to look. Default: ${DEFAULT-VALUE}.")
  private Duration every = Duration.ofSeconds(1);

  @Mixin private AgentAccess agent = new AgentAccess();

  AgentTop(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage, IOException {
    if (every.compareTo(Duration.ofMillis(100)) < 0) {
      throw new WrongUsage("--every wants 100ms or more");
    }
    AgentApi api = agent.api(terminal);
    TopView view = new TopView(api.address());
    view.look(torrents(api)); // who does not answer is said on the usual screen
    terminal.stop().watch(STOP_GRACE);
    try (TopScreen screen = TopScreen.open()) {
      while (!terminal.stop().isAsked() && screen.show(view, every)) {
        view.look(torrents(api));
      }
    }
    return 0;
  }

  private static List<JsonObject> torrents(AgentApi api) throws Failure {
    return api.torrents(FIELDS, Optional.empty());
  }
}
