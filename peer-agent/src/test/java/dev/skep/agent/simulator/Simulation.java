package dev.skep.agent.simulator;

import dev.skep.agent.torrent.PeerStats;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.PieceLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * One kind of swarm, run with several seeds: {@code benchmarks/simulate}, and the tables of {@link
 * SwarmTest} and {@link UnequalSwarmTest}.
 */
final class Simulation {
  private static final double MBIT = 125_000; // bytes per second
  private static final double TRACED = 0.05; // of the bound
  private static final int SPARE_CONNECTIONS = 2;

  /** What {@code benchmarks/simulate table} runs, under the names that it prints. */
  private static final Map<String, String> TABLE = new LinkedHashMap<>();

  static {
    TABLE.put("8 hosts at 100 Mbit/s", "leechers=8 size=256 connections=50");
    TABLE.put("20 hosts at 50 Mbit/s", "leechers=20 rate=50 size=128 connections=50");
    TABLE.put("99 hosts at 100 Mbit/s", "leechers=99");
    TABLE.put("999 hosts at 100 Mbit/s", "leechers=999");
  }

  /** What may be said as {@code name=number}, and what holds otherwise. */
  private static final Map<String, Double> DEFAULTS =
      Map.ofEntries(
          Map.entry("leechers", 99.0),
          Map.entry("seeders", 1.0),
          Map.entry("rate", 100.0), // Mbit/s of each host, up and down
          Map.entry("seeder-rate", 0.0), // Mbit/s; 0: as the leechers
          Map.entry("size", 64.0), // MiB
          Map.entry("piece", 0.0), // KiB; 0: as create chooses
          Map.entry("connections", 20.0), // of each host
          Map.entry("by-age", 0.0), // 1: with hosts that came one after another; 0: with any
          Map.entry("delay", 1_000.0), // microseconds, one way
          Map.entry("buffer", 64.0), // KiB, of a connection that sends
          Map.entry("super", 0.0), // 1: the seeders super-seed
          Map.entry("fast", 1.0), // 0: nobody knows the fast extension
          Map.entry("slow", 0.0), // share of the leechers with a tenth of the rate
          Map.entry("late", 0.0), // share of them that come during the first half of the bound
          Map.entry("leave", 0.0), // share of them that leave during the bound
          Map.entry("window", 4.0), // blocks asked of a peer at least
          Map.entry("queue", 10.0), // ms, see TorrentSettings.queueTime
          Map.entry("trace", 0.0), // 1: how the lines are used, twenty times in the bound
          Map.entry("seed", 1.0),
          Map.entry("runs", 3.0));

  /**
   * What one run came to.
   *
   * @param last when the last host had everything, since it came, over the fluid bound
   * @param median the same of the median host
   * @param lastAtFullRate the same of the last one whose line is not slow
   * @param copies of the whole that the seeders sent
   */
  record Result(double last, double median, double lastAtFullRate, double copies) {}

  private final Map<String, Double> options;

  private Simulation(Map<String, Double> options) {
    this.options = options;
  }

  /**
   * @param settings as {@code name=number}
   * @throws IllegalArgumentException naming the setting that is none
   */
  static Simulation of(String... settings) {
    Map<String, Double> options = new TreeMap<>(DEFAULTS);
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      if (parts.length != 2 || !DEFAULTS.containsKey(parts[0])) {
        throw new IllegalArgumentException(
            setting + " is no setting; these are: " + new TreeMap<>(DEFAULTS));
      }
      options.put(parts[0], Double.valueOf(parts[1]));
    }
    return new Simulation(options);
  }

  private double get(String name) {
    return options.getOrDefault(name, 0.0);
  }

  private int count(String name) {
    return (int) get(name);
  }

  private long rate() {
    return (long) (get("rate") * MBIT);
  }

  private long seederRate() {
    return get("seeder-rate") > 0 ? (long) (get("seeder-rate") * MBIT) : rate();
  }

  private int slow() {
    return (int) (count("leechers") * get("slow"));
  }

  /**
   * Seconds that no way of sharing the lines can do better than, for hosts at the full rate that
   * are there from the begin. Without headers, delay and blocks.
   */
  private double boundSeconds(double bytes) {
    double seedersUp = (double) count("seeders") * seederRate();
    double up = seedersUp + (count("leechers") - slow()) * (double) rate() + slow() * rate() / 10.0;
    return Math.max(bytes / Math.min(seedersUp, (double) rate()), count("leechers") * bytes / up);
  }

  /** Runs it once. */
  Result run(long seed) {
    Swarm swarm = swarm(seed);
    List<Agent> seeders = new ArrayList<>();
    for (int i = 0; i < count("seeders"); i++) {
      seeders.add(swarm.seeder(seederRate(), seederRate()));
    }
    double bound = boundSeconds((double) swarm.layout.totalBytes());
    addLeechers(swarm, bound);
    for (int i = 1; i <= (int) (count("leechers") * get("leave")); i++) {
      double share = i / (count("leechers") * get("leave"));
      swarm.clock.at((long) (bound * 1e9 * share), () -> oneLeaves(swarm, seeders));
    }
    if (get("trace") > 0) {
      trace(swarm, seeders, bound, 0, 0);
    }
    if (!swarm.run(Duration.ofMinutes(20)) || !swarm.misconducts.isEmpty()) {
      throw new IllegalStateException(
          "seed " + seed + ": not all finish; " + swarm.ends + " " + swarm.misconducts);
    }
    double[] all = times(swarm, seeders, bound, 0);
    double[] quick = times(swarm, seeders, bound, rate());
    return new Result(
        all[all.length - 1],
        all[all.length / 2],
        quick[quick.length - 1],
        seeders.stream().mapToDouble(Agent::copiesSent).sum());
  }

  private Swarm swarm(long seed) {
    long bytes = (long) (get("size") * (1 << 20));
    Swarm swarm = new Swarm(new PieceLayout(bytes, pieceBytes(bytes)), seed);
    swarm.connections = count("connections");
    swarm.byAge = get("by-age") > 0;
    // Some more than they make, or who comes last finds nobody who has room.
    swarm.mostConnections =
        get("late") > 0 ? 2 * swarm.connections : swarm.connections + SPARE_CONNECTIONS;
    swarm.delayNanos = (long) (get("delay") * 1e3);
    swarm.sendBufferBytes = count("buffer") << 10;
    swarm.superSeeding = get("super") > 0;
    swarm.fast = get("fast") > 0;
    swarm.settings =
        TorrentSettings.with(
            s -> {
              s.minWindow = count("window");
              s.queueTime = Duration.ofNanos((long) (get("queue") * 1e6));
            });
    return swarm;
  }

  private int pieceBytes(long bytes) {
    int chosen = count("piece") << 10;
    return chosen > 0 ? chosen : MetainfoBuilder.suggestedPieceLength(bytes);
  }

  private void addLeechers(Swarm swarm, double bound) {
    int leechers = count("leechers");
    int late = (int) (leechers * get("late"));
    for (int i = 0; i < leechers; i++) {
      long mine = i < slow() ? rate() / 10 : rate();
      int place = i - (leechers - late); // among those that come later
      if (place < 0) {
        swarm.leecher(mine, mine);
      } else {
        swarm.leecherAt((long) (bound * 0.5e9 * (place + 1) / late), mine, mine);
      }
    }
  }

  private static void oneLeaves(Swarm swarm, List<Agent> seeders) {
    Agent agent = swarm.agents.get(swarm.random.nextInt(swarm.agents.size()));
    if (!seeders.contains(agent) && agent.completedAt < 0 && !agent.gone) {
      swarm.gone(agent);
    }
  }

  private static double[] times(Swarm swarm, List<Agent> seeders, double bound, long leastRate) {
    return swarm.agents.stream()
        .filter(agent -> !seeders.contains(agent) && agent.completedAt >= 0)
        .filter(agent -> agent.host.upBytesPerSecond >= leastRate)
        .mapToDouble(agent -> (agent.completedAt - agent.joinedAt) / 1e9 / bound)
        .sorted()
        .toArray();
  }

  private void trace(Swarm swarm, List<Agent> seeders, double bound, int turn, long sentBefore) {
    long now = swarm.clock.now();
    long sent = 0;
    double lines = 0;
    int done = 0;
    int wanted = 0;
    int asked = 0;
    int blocks = 0;
    for (Agent agent : swarm.agents) {
      sent += agent.torrent.stats(now).uploadedBytes();
      lines += agent.host.upBytesPerSecond;
      done += agent.completedAt >= 0 ? 1 : 0;
      if (agent.completedAt < 0) {
        for (PeerStats peer : agent.torrent.peers(now)) {
          wanted += peer.interesting() ? 1 : 0;
          asked += peer.outstandingRequests() > 0 ? 1 : 0;
          blocks += peer.outstandingRequests();
        }
      }
    }
    double left = Math.max(1, swarm.agents.size() - done);
    System.out.printf(
        "%.2f: lines used %.3f, the seeders sent %.3f copies, %d hosts are complete; each other one"
            + " wants something of %.1f, asked %.1f of them for %.1f blocks%n",
        turn * TRACED,
        (sent - sentBefore) / (bound * TRACED * lines),
        seeders.stream().mapToDouble(Agent::copiesSent).sum(),
        done - seeders.size(),
        wanted / left,
        asked / left,
        blocks / left);
    long sentNow = sent;
    swarm.clock.in(
        (long) (bound * TRACED * 1e9), () -> trace(swarm, seeders, bound, turn + 1, sentNow));
  }

  /** The median of all seeds' results, each figure by itself. */
  Result medians() {
    return medians(all());
  }

  private List<Result> all() {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < count("runs"); i++) {
      results.add(run((long) get("seed") + i));
    }
    return results;
  }

  private static Result medians(List<Result> results) {
    return new Result(
        median(results, Result::last),
        median(results, Result::median),
        median(results, Result::lastAtFullRate),
        median(results, Result::copies));
  }

  private static double median(List<Result> results, ToDoubleFunction<Result> of) {
    double[] all = results.stream().mapToDouble(of).sorted().toArray();
    return Arrays.stream(all, (all.length - 1) / 2, all.length / 2 + 1).average().orElseThrow();
  }

  /** A line that {@code benchmarks/measure} understands. */
  private static void print(String name, List<Result> results) {
    DoubleSummaryStatistics last = results.stream().mapToDouble(Result::last).summaryStatistics();
    Result result = medians(results);
    System.out.printf(
        "median %s  last/bound %.3f  least %.3f  most %.3f  median/bound %.3f  copies %.3f%n",
        name, result.last(), last.getMin(), last.getMax(), result.median(), result.copies());
  }

  private static void table(List<String> more) {
    TABLE.forEach(
        (name, settings) -> {
          List<String> all = new ArrayList<>(List.of(settings.split(" ")));
          all.addAll(more);
          print(name, Simulation.of(all.toArray(String[]::new)).all());
        });
  }

  public static void main(String[] args) {
    List<String> settings = List.of(args);
    try {
      if (!settings.isEmpty() && settings.getFirst().equals("table")) {
        table(settings.subList(1, settings.size()));
      } else {
        print(String.join(" ", args), Simulation.of(args).all());
      }
    } catch (IllegalArgumentException e) {
      System.err.println("simulate: " + e.getMessage());
      System.exit(2);
    }
  }
}
