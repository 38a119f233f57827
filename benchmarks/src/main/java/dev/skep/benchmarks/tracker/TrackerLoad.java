package dev.skep.benchmarks.tracker;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The load generator's command line. */
@Command(
    name = "tracker-load",
    mixinStandardHelpOptions = true,
    description = "Loads a tracker, checks every answer, and reports rates and latencies.",
    footer = {"", "Example: benchmarks/tracker-load udp://127.0.0.1:6969 --pid 1234 --seconds 20"})
public final class TrackerLoad implements Callable<Integer> {
  private static final double STEADY_SHARE = 0.9;
  private static final double FOUND_SHARE = 0.99;

  @Parameters(
      paramLabel = "URL",
      description = "udp://ADDRESS:PORT or http://ADDRESS:PORT; the address as a number")
  private URI url;

  @Option(names = "--torrents", defaultValue = "10000")
  private int torrents;

  @Option(names = "--peers", defaultValue = "200000", description = "in all (${DEFAULT-VALUE})")
  private int peers;

  @Option(names = "--sources", defaultValue = "1", description = "addresses 127.0.0.1 and on")
  private int sources;

  @Option(names = "--window", defaultValue = "128", description = "requests under way at once")
  private int window;

  @Option(names = "--rate", defaultValue = "0", description = "per second: an open loop")
  private int rate;

  @Option(names = "--connect", defaultValue = "2", description = "percent of UDP requests")
  private int connectPercent;

  @Option(names = "--scrape", defaultValue = "3", description = "percent of UDP requests")
  private int scrapePercent;

  @Option(
      names = "--churn",
      defaultValue = "0",
      description =
          "percent of UDP announces that say stopped; who did comes back with its next one")
  private int churnPercent;

  @Option(names = "--numwant", defaultValue = "50")
  private int numwant;

  @Option(names = "--keep-alive", description = "use HTTP connections again")
  private boolean keepAlive;

  @Option(names = "--warm-up", defaultValue = "5", description = "seconds")
  private int warmUpSeconds;

  @Option(names = "--seconds", defaultValue = "10", description = "measured")
  private int seconds;

  @Option(names = "--pid", defaultValue = "0", description = "of the tracker, to read its CPU time")
  private long pid;

  @Option(names = "--seed", defaultValue = "1")
  private long seed;

  @Option(names = "--no-fill", description = "do not announce every peer once before (UDP)")
  private boolean noFill;

  @Option(
      names = "--overload",
      description = "measure the most it answers, then offer twice that; fail below nine tenths")
  private boolean overload;

  @Option(
      names = "--find-again",
      description = "only ask for all peers; fail if less than 99 %% are handed out (UDP)")
  private boolean findAgain;

  @Option(
      names = "--beside",
      paramLabel = "PID=URL",
      description = "take turns with this tracker, which --pid's is compared with (UDP)")
  private Map<Long, URI> beside = Map.of();

  @Option(names = "--turns", defaultValue = "10", description = "of each, with --beside")
  private int turns;

  @Option(names = "--write-hashes", description = "only write the info-hashes, in hex, to FILE")
  private Optional<Path> hashes;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new TrackerLoad()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Population population = new Population(torrents, peers, sources, seed);
    if (hashes.isPresent()) {
      Files.write(hashes.get(), population.infoHashesInHex());
      return 0;
    }
    Plan plan = plan(url);
    boolean good =
        switch (url.getScheme()) {
          case "udp" -> udp(plan, population);
          case "http" -> http(plan, population);
          default -> throw new IllegalArgumentException("udp:// or http://, not " + url);
        };
    return good ? 0 : 1;
  }

  private Plan plan(URI tracker) {
    InetAddress address = InetAddress.ofLiteral(tracker.getHost().replaceAll("[\\[\\]]", ""));
    return new Plan(
        new InetSocketAddress(address, tracker.getPort()),
        window,
        rate,
        connectPercent,
        scrapePercent,
        churnPercent,
        numwant,
        keepAlive,
        warmUpSeconds,
        seconds);
  }

  private boolean udp(Plan plan, Population population) throws Exception {
    if (findAgain) {
      return findAgain(plan, population);
    }
    return beside.isEmpty() ? alone(plan, population) : inTurns(population);
  }

  private boolean inTurns(Population population) throws Exception {
    Map<Long, URI> trackers = new LinkedHashMap<>(beside);
    trackers.put(pid, url);
    Turns inTurns = new Turns(warmUpSeconds, seconds);
    try {
      for (Map.Entry<Long, URI> tracker : trackers.entrySet()) {
        inTurns.add(
            tracker.getValue().toString(),
            tracker.getKey(),
            loads(plan(tracker.getValue()), population).getFirst());
      }
      return inTurns.run(turns);
    } finally {
      inTurns.letGo();
    }
  }

  private boolean alone(Plan plan, Population population) throws Exception {
    List<UdpLoad> loads = loads(plan, population);
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      if (!noFill) {
        double before = System.nanoTime() / 1e9;
        all(threads, loads, UdpLoadStep.FILL, 0);
        System.err.printf(
            "%d peers announced in %.1f s%s%n",
            population.peers(), System.nanoTime() / 1e9 - before, resident());
      }
      all(threads, loads, UdpLoadStep.RUN, plan.warmUpSeconds());
      Measurement measured = measured(loads, threads, plan);
      loads.forEach(UdpLoad::close);
      return measured.wrongAnswers() == 0
          && (!overload || withstands(measured.answers(), plan, population, threads));
    }
  }

  /** Offers twice what was answered. */
  private boolean withstands(
      long peakAnswers, Plan plan, Population population, ExecutorService threads)
      throws Exception {
    Plan twice = plan.atRate(Math.toIntExact(2 * peakAnswers / plan.seconds()));
    List<UdpLoad> loads = loads(twice, population);
    all(threads, loads, UdpLoadStep.RUN, twice.warmUpSeconds());
    Measurement measured = measured(loads, threads, twice);
    loads.forEach(UdpLoad::close);
    return withstood(peakAnswers, measured);
  }

  private static boolean withstood(long peakAnswers, Measurement measured) {
    double share = (double) measured.answers() / (double) peakAnswers;
    System.out.printf(
        "offered %.2f times the most it answered: it answered %.2f times that%n",
        (double) measured.requests() / (double) peakAnswers, share);
    return measured.wrongAnswers() == 0 && share >= STEADY_SHARE;
  }

  private List<UdpLoad> loads(Plan plan, Population population) throws IOException {
    List<UdpLoad> loads = new ArrayList<>();
    boolean ipv6 = plan.tracker().getAddress().getAddress().length == 16;
    for (int source = 0; source < sources; source++) {
      InetAddress from = InetAddress.ofLiteral(ipv6 ? "::1" : "127.0.0." + (1 + source));
      loads.add(new UdpLoad(plan, population, from, source, sources, seed));
    }
    return loads;
  }

  private boolean findAgain(Plan plan, Population population) throws IOException {
    long start = System.nanoTime();
    var load = new UdpLoad(plan, population, InetAddress.ofLiteral("127.0.0.1"), 0, sources, 0);
    double share = (double) load.findAgain() / (double) population.peers();
    load.close();
    System.out.printf(
        "%.2f %% of %d peers were handed out within %.1f s of asking%n",
        100 * share, population.peers(), (System.nanoTime() - start) / 1e9);
    return share >= FOUND_SHARE;
  }

  private boolean http(Plan plan, Population population) throws Exception {
    Measurement measured = httpLoad(plan, population);
    if (measured.wrongAnswers() > 0 || !overload) {
      return measured.wrongAnswers() == 0;
    }
    long peak = measured.answers();
    Plan twice = plan.atRate(Math.toIntExact(2 * peak / plan.seconds()));
    return withstood(peak, httpLoad(twice, population));
  }

  private Measurement httpLoad(Plan plan, Population population) throws Exception {
    HttpLoad load = new HttpLoad(plan, population, seed);
    load.run(plan.warmUpSeconds());
    AcceptQueue before = AcceptQueue.now();
    Measurement measured = measured(plan, () -> load.run(1));
    System.out.println(AcceptQueue.now().since(before));
    load.close();
    return measured;
  }

  private Measurement measured(List<UdpLoad> loads, ExecutorService threads, Plan plan)
      throws Exception {
    return measured(plan, () -> all(threads, loads, UdpLoadStep.RUN, 1));
  }

  /** Measures second by second, since a machine's own hiccups spoil single seconds. */
  private Measurement measured(Plan plan, Callable<Measurement> second) throws Exception {
    double tracker = ProcessCpu.seconds(pid);
    double own = ProcessCpu.seconds(ProcessHandle.current().pid());
    long start = System.nanoTime();
    List<Measurement> each = new ArrayList<>();
    for (int i = 0; i < plan.seconds(); i++) {
      each.add(second.call());
    }
    double elapsed = (System.nanoTime() - start) / 1e9;
    double trackerUsed = pid == 0 ? -1 : ProcessCpu.seconds(pid) - tracker;
    double ownUsed = ProcessCpu.seconds(ProcessHandle.current().pid()) - own;
    Measurement measured = new Measurement();
    each.forEach(measured::add);
    String bySecond =
        each.stream()
            .map(one -> "%.1f".formatted(one.percentileMicros(0.99) / 1000))
            .collect(joining(" "));
    each.sort(Comparator.comparingDouble(one -> one.percentileMicros(0.99)));
    Measurement median = each.get(each.size() / 2);
    System.out.printf(
        "%s%s; median second: p99 %.0f us, p99.9 %.0f us; p99 by seconds, ms: %s%n",
        measured.report(elapsed, trackerUsed, ownUsed),
        resident(),
        median.percentileMicros(0.99),
        median.percentileMicros(0.999),
        bySecond);
    return measured;
  }

  private String resident() {
    return pid == 0 ? "" : ", resident %d MiB".formatted(ProcessCpu.residentKib(pid) >> 10);
  }

  private enum UdpLoadStep {
    FILL,
    RUN
  }

  private static Measurement all(
      ExecutorService threads, List<UdpLoad> loads, UdpLoadStep step, int seconds)
      throws InterruptedException, ExecutionException {
    List<Future<Measurement>> running = new ArrayList<>();
    for (UdpLoad load : loads) {
      running.add(
          threads.submit(
              () ->
                  switch (step) {
                    case FILL -> {
                      load.fill();
                      yield new Measurement();
                    }
                    case RUN -> load.run(seconds);
                  }));
    }
    Measurement sum = new Measurement();
    for (Future<Measurement> one : running) {
      sum.add(one.get());
    }
    return sum;
  }
}
