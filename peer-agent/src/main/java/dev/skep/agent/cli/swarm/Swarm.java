package dev.skep.agent.cli.swarm;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Progress;
import dev.skep.agent.cli.console.StopSignal;
import dev.skep.agent.cli.process.Child;
import dev.skep.agent.cli.process.Launcher;
import dev.skep.agent.cli.process.TrackerChild;
import dev.skep.agent.cli.swarm.ChildReport.Exchange;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The processes of a swarm, from the tracker's start to the last one's end.
 *
 * <p>The start is fair: all listen, and the seeder is known to the tracker, before the leechers are
 * told to go; the clock runs from then until the last of them has verified its last piece.
 */
final class Swarm implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration END_PATIENCE = Duration.ofSeconds(6);
  private static final Duration GLANCE = Duration.ofMillis(100);

  private final Launcher launcher;
  private final Path folder;
  private final Loopback loopback = new Loopback();
  private final Progress progress;
  private final StopSignal stop;
  private final List<Child> children = new ArrayList<>();
  private final List<SwarmPeer> peers = new ArrayList<>(); // The seeder comes first.
  private String announceUrl = "";

  /**
   * A swarm of no processes.
   *
   * @param folder for everything that the processes write
   */
  Swarm(Launcher launcher, Path folder, Progress progress, StopSignal stop) {
    this.launcher = launcher;
    this.folder = folder;
    this.progress = progress;
    this.stop = stop;
  }

  /** Starts the tracker, which takes any free port and will say which. */
  TrackerChild startTracker() throws IOException {
    String address = loopback.tracker().getHostAddress();
    var bind = List.of("--bind", address);
    var tracker = TrackerChild.start(launcher, folder.resolve("tracker"), 0, bind, Map.of());
    children.add(tracker.child());
    return tracker;
  }

  /**
   * Waits for the tracker, starts the peers and waits until all are ready for the go.
   *
   * @param torrent names no tracker
   * @param limits options for each of them
   */
  void startPeers(TrackerChild tracker, Path torrent, Path data, int leechers, List<String> limits)
      throws Failure, IOException, InterruptedException {
    await("the tracker's start", () -> tracker.announceUrl().isPresent());
    announceUrl = tracker.announceUrl().orElseThrow();
    for (int i = 1; i <= leechers; i++) {
      Path copies = folder.resolve("leecher-" + i);
      peers.add(
          start(
              "leecher " + i,
              loopback.peer(i),
              copies.resolve(data.getFileName()),
              limits,
              "get",
              torrent.toString(),
              "--dir",
              copies.toString(),
              "--seed"));
    }
    peers.addFirst(
        start(
            "seeder", loopback.peer(0), data, limits, "seed", torrent.toString(), data.toString()));
    await("the peers' start", () -> peers.stream().allMatch(SwarmPeer::isReady));
    await("the seeder's first announce", () -> seeder().report().announced());
  }

  private SwarmPeer start(
      String name, InetAddress at, Path data, List<String> limits, String... what)
      throws IOException {
    var command = new ArrayList<>(launcher.command(what));
    command.addAll(limits);
    command.addAll(List.of("-t", announceUrl));
    command.addAll(List.of("--bind", at.getHostAddress(), "--report", "json", "--no-dht"));
    var peer = new SwarmPeer(name, at, data, command);
    children.add(peer.child());
    return peer;
  }

  private SwarmPeer seeder() {
    return peers.getFirst();
  }

  private List<SwarmPeer> leechers() {
    return peers.subList(1, peers.size());
  }

  /** Says go and shows the swarm until every leecher is done. Returns how long that took. */
  Duration run(long bytes) throws Failure, InterruptedException {
    long start = System.nanoTime();
    leechers().forEach(leecher -> leecher.child().tell("go"));
    while (!leechers().stream().allMatch(SwarmPeer::isDone)) {
      failIfEnded();
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      progress.show(
          () -> SwarmTable.lines(rows(), bytes, elapsed, progress.columns()),
          () -> SwarmTable.overall(rows(), bytes, elapsed));
      pause();
    }
    long end = leechers().stream().mapToLong(SwarmPeer::doneNanos).max().orElse(start);
    Duration taken = Duration.ofNanos(end - start);
    progress.finish(() -> SwarmTable.lines(rows(), bytes, taken, progress.columns()));
    return taken;
  }

  private List<SwarmTable.Row> rows() {
    return peers.stream()
        .map(peer -> new SwarmTable.Row(peer.name(), peer.at().getHostAddress(), peer.report()))
        .toList();
  }

  /** Ends the peers, so that their last reports are complete, and compares the copies. */
  SwarmResult result(Path original, long bytes, Duration taken)
      throws IOException, InterruptedException {
    peers.forEach(peer -> peer.child().askToEnd());
    peers.forEach(peer -> peer.child().awaitEnd(END_PATIENCE));
    var paths = new ArrayList<Path>(List.of(original));
    leechers().forEach(leecher -> paths.add(leecher.data()));
    List<String> digests = CopyDigests.of(paths);
    var results = new ArrayList<SwarmResult.Leecher>();
    for (int i = 0; i < leechers().size(); i++) {
      results.add(result(leechers().get(i), digests.get(i + 1)));
    }
    long seederUploaded = seeder().report().uploadedBytes();
    return new SwarmResult(bytes, taken, digests.getFirst(), seederUploaded, results);
  }

  private SwarmResult.Leecher result(SwarmPeer leecher, String digest) {
    ChildReport report = leecher.report();
    String address = leecher.at().getHostAddress();
    String seederAddress = seeder().at().getHostAddress();
    long fromSeeder =
        report.peers().stream()
            .filter(peer -> peer.address().equals(seederAddress))
            .mapToLong(Exchange::downloadedBytes)
            .sum();
    return new SwarmResult.Leecher(
        leecher.name(),
        address,
        report.seconds(),
        digest,
        report.downloadedBytes(),
        report.uploadedBytes(),
        fromSeeder);
  }

  private void await(String what, BooleanSupplier condition) throws Failure, InterruptedException {
    long deadline = System.nanoTime() + START_PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      failIfEnded();
      if (System.nanoTime() > deadline) {
        throw new Failure(
            what + " took more than " + START_PATIENCE.toSeconds() + " s; is the machine busy?");
      }
      progress.show(() -> "waiting for " + what);
      pause();
    }
  }

  private void pause() throws Failure, InterruptedException {
    if (stop.await(GLANCE)) {
      throw new Failure("stopped; every process of the swarm is ended");
    }
  }

  private void failIfEnded() throws Failure {
    for (Child child : children) {
      if (!child.isAlive() && !stop.isAsked()) {
        child.lastWords().forEach(line -> progress.note(child.name() + " said: " + line));
        throw new Failure(
            "the %s ended by itself with status %d; the swarm is over"
                .formatted(child.name(), child.status()));
      }
    }
  }

  /** Ends every process. */
  @Override
  public void close() {
    children.forEach(Child::askToEnd);
    children.forEach(child -> child.awaitEnd(END_PATIENCE));
  }
}
