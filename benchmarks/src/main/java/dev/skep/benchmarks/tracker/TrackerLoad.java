package dev.skep.benchmarks.tracker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    InetAddress address = InetAddress.ofLiteral(url.getHost().replaceAll("[\\[\\]]", ""));
    Plan plan =
        new Plan(
            new InetSocketAddress(address, url.getPort()),
            window,
            rate,
            connectPercent,
            scrapePercent,
            numwant,
            keepAlive,
            warmUpSeconds,
            seconds);
    Measurement measured =
        switch (url.getScheme()) {
          case "udp" -> udp(plan, population);
          case "http" -> http(plan, population);
          default -> throw new IllegalArgumentException("udp:// or http://, not " + url);
        };
    return measured.wrongAnswers() == 0 ? 0 : 1;
  }

  private Measurement udp(Plan plan, Population population) throws Exception {
    List<UdpLoad> loads = new ArrayList<>();
    boolean ipv6 = plan.tracker().getAddress().getAddress().length == 16;
    for (int source = 0; source < sources; source++) {
      InetAddress from = InetAddress.ofLiteral(ipv6 ? "::1" : "127.0.0." + (1 + source));
      loads.add(new UdpLoad(plan, population, from, source, sources, seed));
    }
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
      Measurement measured = measured(() -> all(threads, loads, UdpLoadStep.RUN, plan.seconds()));
      loads.forEach(UdpLoad::close);
      return measured;
    }
  }

  private Measurement http(Plan plan, Population population) throws Exception {
    HttpLoad load = new HttpLoad(plan, population, seed);
    load.run(plan.warmUpSeconds());
    Measurement measured = measured(() -> load.run(plan.seconds()));
    load.close();
    return measured;
  }

  private Measurement measured(Callable<Measurement> run) throws Exception {
    double tracker = ProcessCpu.seconds(pid);
    double own = ProcessCpu.seconds(ProcessHandle.current().pid());
    long start = System.nanoTime();
    Measurement measured = run.call();
    double elapsed = (System.nanoTime() - start) / 1e9;
    double trackerUsed = pid == 0 ? -1 : ProcessCpu.seconds(pid) - tracker;
    double ownUsed = ProcessCpu.seconds(ProcessHandle.current().pid()) - own;
    System.out.println(measured.report(elapsed, trackerUsed, ownUsed) + resident());
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
