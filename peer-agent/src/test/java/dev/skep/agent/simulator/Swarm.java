package dev.skep.agent.simulator;

import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Torrent;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** A swarm being simulated: add machines, then run. */
final class Swarm {
  final Clock clock = new Clock();
  final PieceLayout layout;
  final RandomGenerator random;
  final SplittableRandom seeds;
  long delayNanos = Duration.ofMillis(1).toNanos();
  long hashNanos = Duration.ofMillis(1).toNanos();
  int sendBufferBytes = 64 * 1024;
  int connections = 50; // that each host makes
  int mostConnections = 0; // that each host takes; 0: as many
  boolean byAge; // hosts meet those that came one after another; else any, as trackers hand out
  boolean localNetwork = true;
  boolean fast = true;
  boolean superSeeding; // of the seeders that come first
  TorrentSettings settings = TorrentSettings.defaults();

  final List<Agent> agents = new ArrayList<>();
  final Map<Reason, Integer> ends = new EnumMap<>(Reason.class);
  final Set<Agent> convicted = new HashSet<>();
  final List<String> misconducts = new ArrayList<>();
  private int waiting;

  Swarm(PieceLayout layout, long seed) {
    this.layout = layout;
    seeds = new SplittableRandom(seed);
    random = seeds.split();
  }

  Capabilities can(boolean incoming) {
    return new Capabilities(fast, true, incoming, localNetwork);
  }

  Agent seeder(long upBytesPerSecond, long downBytesPerSecond) {
    TorrentSettings ofSeeder = TorrentSettings.with(s -> s.superSeeding = superSeeding);
    return add(
        "seeder",
        Bitfield.full(layout.pieceCount()),
        superSeeding ? ofSeeder : settings,
        upBytesPerSecond,
        downBytesPerSecond);
  }

  Agent leecher(long upBytesPerSecond, long downBytesPerSecond) {
    waiting++;
    return add(
        "leecher",
        new Bitfield(layout.pieceCount()),
        settings,
        upBytesPerSecond,
        downBytesPerSecond);
  }

  /** A leecher that comes at this time, and is waited for from now on. */
  void leecherAt(long time, long upBytesPerSecond, long downBytesPerSecond) {
    waiting++;
    clock.at(
        time,
        () -> {
          waiting--;
          leecher(upBytesPerSecond, downBytesPerSecond);
        });
  }

  /** A seeder of which one block in twenty is corrupt. */
  Agent liar(long upBytesPerSecond, long downBytesPerSecond) {
    Agent liar = seeder(upBytesPerSecond, downBytesPerSecond);
    liar.liar = true;
    return liar;
  }

  private Agent add(String name, Bitfield verified, TorrentSettings settings, long up, long down) {
    int number = agents.size() + 1;
    PeerId id = new PeerId(0x2d534b3030303000L, number, number);
    Torrent torrent =
        new Torrent(
            layout,
            verified,
            Bitfield.full(layout.pieceCount()),
            id,
            settings,
            seeds.split(),
            clock.now());
    Endpoint at =
        Endpoint.of("10." + number / 65_536 + "." + number / 256 % 256 + "." + number % 256, 6881);
    Agent agent = new Agent(this, name + number, at, id, new Host(clock, up, down), torrent);
    agents.add(agent);
    clock.in(0, () -> meet(agent));
    return agent;
  }

  /**
   * As after an announce: dials some of the others, again every few seconds as long as there are
   * too few.
   */
  private void meet(Agent agent) {
    if (agent.gone) {
      return;
    }
    int[] order = byAge ? fromOneOn() : shuffled();
    for (int i = 0; i < order.length && agent.connections() < connections; i++) {
      Agent other = agents.get(order[i]);
      boolean use = agent.completedAt < 0 || other.completedAt < 0;
      if (other != agent && use && other.connections() < Math.max(connections, mostConnections)) {
        agent.connect(other);
      }
    }
    clock.in(Duration.ofSeconds(5).toNanos(), () -> meet(agent));
  }

  private int[] fromOneOn() {
    int start = random.nextInt(agents.size());
    return IntStream.range(0, agents.size()).map(i -> (start + i) % agents.size()).toArray();
  }

  private int[] shuffled() {
    int[] order = IntStream.range(0, agents.size()).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  void completed(Agent agent) {
    waiting--;
  }

  void gone(Agent agent) {
    if (agent.completedAt < 0) {
      waiting--;
    }
    agent.quit();
  }

  void ended(Reason why, Agent other) {
    ends.merge(why, 1, Integer::sum);
    if (why == Reason.CORRUPT_DATA) {
      convicted.add(other);
    }
  }

  void misconduct(Agent at, Agent by, Misconduct what) {
    misconducts.add(at.name + " about " + by.name + ": " + what.kind() + " " + what.getMessage());
  }

  /** Runs until every leecher is complete; returns whether that happened within the time. */
  boolean run(Duration atMost) {
    return runUntil(() -> waiting == 0, atMost);
  }

  /** Runs until something is so; returns whether that happened within the time. */
  boolean runUntil(BooleanSupplier condition, Duration atMost) {
    while (!condition.getAsBoolean() && clock.now() < atMost.toNanos()) {
      if (!clock.step()) {
        return false;
      }
    }
    return condition.getAsBoolean();
  }

  /** When the last leecher became complete, in seconds. */
  double lastCompletedSeconds() {
    return agents.stream().mapToLong(agent -> agent.completedAt).max().orElse(0) / 1e9;
  }
}
