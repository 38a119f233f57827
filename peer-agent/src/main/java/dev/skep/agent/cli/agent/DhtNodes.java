package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.datagram.DatagramPort;
import dev.skep.agent.dht.live.DhtSettings;
import dev.skep.agent.dht.live.LiveDht;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command's own way into the DHT begins, and how long it may take. */
final class DhtNodes {
  private static final int FIRST_USUAL_PORT = 6881;
  private static final int LAST_USUAL_PORT = 6889;

  /** How much later than the first of the two DHTs the other may answer. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final Duration LOOK = Duration.ofMillis(50);

  @Option(
      names = "--node",
      paramLabel = "HOST:PORT",
      description =
          "A node to begin with; may be repeated. Besides: skep.agent.dht.nodes, and an agent of"
              + " this machine at its usual port.")
  private List<String> nodes = List.of();

  @Option(
      names = "--public",
      description = "Begin with the well-known nodes of the public DHT too.")
  private boolean publicNodes;

  @Option(
      names = "--time",
      paramLabel = "D",
      description = "How long to look, at most, such as 30s. Default: 20s.")
  private @Nullable Duration time;

  /** What is asked; the consumer hears how many answered, once for each of the two DHTs. */
  interface Question {
    void ask(LiveDht dht, IntConsumer ended);
  }

  /**
   * Asks, and waits for the end.
   *
   * @return how many of the nodes nearest answered
   * @throws Failure if no node answers at all
   */
  int ask(Terminal terminal, Question question)
      throws Failure, WrongUsage, IOException, InterruptedException {
    Duration most = time == null ? Duration.ofSeconds(20) : time;
    DhtSettings settings = new DhtSettings(doors(terminal, true), true, Optional.empty());
    try (DatagramPort port = DatagramPort.open(new InetSocketAddress(0).getAddress(), 0);
        LiveDht dht = new LiveDht(port, settings, (_, _) -> {})) {
      port.begin(dht, Runnable::run);
      AtomicInteger answered = new AtomicInteger(-1);
      CompletableFuture<Void> first = new CompletableFuture<>();
      CompletableFuture<Void> both = new CompletableFuture<>();
      question.ask(
          dht,
          count -> {
            answered.accumulateAndGet(count, Math::max);
            if (!first.complete(null)) {
              both.complete(null);
            }
          });
      await(terminal, first, most);
      if (first.isDone() && dht.status().ipv4Nodes() > 0 && dht.status().ipv6Nodes() > 0) {
        await(terminal, both, GRACE);
      }
      if (dht.status().ipv4Nodes() + dht.status().ipv6Nodes() == 0) {
        throw new Failure(
            "no node of the DHT answers; name one with --node HOST:PORT, or start an agent here");
      }
      return Math.max(0, answered.get());
    }
  }

  private static void await(Terminal terminal, CompletableFuture<Void> end, Duration atMost)
      throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (!end.isDone() && System.nanoTime() < until && !terminal.stop().await(LOOK)) {}
  }

  /**
   * Who is asked first.
   *
   * @param agents whether agents of this machine are
   */
  List<String> doors(Terminal terminal, boolean agents) throws WrongUsage {
    Settings set = settings(terminal);
    List<String> doors = new ArrayList<>();
    for (String node : nodes) {
      if (!node.matches("\\S+:\\d{1,5}")) {
        throw new WrongUsage("--node wants HOST:PORT, not '" + node + "'");
      }
      doors.add(node);
    }
    doors.addAll(set.get(AgentKeys.DHT_NODES));
    if (publicNodes || set.get(AgentKeys.DHT_PUBLIC)) {
      doors.addAll(DhtSettings.PUBLIC_NODES);
    }
    if (agents) {
      IntStream.rangeClosed(FIRST_USUAL_PORT, LAST_USUAL_PORT)
          .forEach(port -> doors.add("127.0.0.1:" + port));
    }
    return doors;
  }

  private static Settings settings(Terminal terminal) throws WrongUsage {
    Map<String, String> properties = new HashMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      properties.put(name, System.getProperty(name));
    }
    try {
      return Settings.read(AgentKeys.ALL, properties, terminal.environment(), Map.of());
    } catch (BadSettingException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
    }
  }
}
