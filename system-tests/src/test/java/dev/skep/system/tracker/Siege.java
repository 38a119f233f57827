package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.system.tracker.HttpAttacks.Delays;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What goes on beside strangers who attack a tracker: honest peers announce and see one another,
 * newcomers ask over connections of their own, an administrator changes lists, and somebody looks
 * whether all that the tracker holds stays within its bounds.
 */
final class Siege {
  /** The heap of 512 MiB, and what a JVM needs beside it. */
  private static final long MOST_RESIDENT_BYTES = 820L << 20;

  private static final int MOST_FILES = 5_000;
  private static final int MOST_THREADS = 150;
  private static final long MOST_LOG_BYTES = 200_000;

  /** Between two looks at the clock: on a busy machine each may take long. */
  private static final int AT_A_TIME = 50;

  private static final int NEWCOMERS = 5;
  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(200);
  private static final String NO_SPACE = "No space left on device";

  /** How much longer than it is to take something may be waited for. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final WholeTracker tracker;
  private final HonestSwarms honest;
  private final HttpAttacks attacks;
  private final Path data;
  private final long mostDataBytes;

  private final List<String> acknowledged = new ArrayList<>();
  private int changes;
  private long changedNanos = System.nanoTime();
  private boolean isTaken;
  private boolean isRefused;
  private Delays newcomers = new Delays(List.of(), 0);

  /**
   * @param data the tracker's data folder
   * @param mostDataBytes that it may take
   */
  Siege(
      WholeTracker tracker,
      HonestSwarms honest,
      HttpAttacks attacks,
      Path data,
      long mostDataBytes) {
    this.tracker = tracker;
    this.honest = honest;
    this.attacks = attacks;
    this.data = data;
    this.mostDataBytes = mostDataBytes;
  }

  /** Something that has to come. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Goes on for a while, and until something has come that was not there before. */
  void goesOn(Duration atLeast, String what, Condition until) throws Exception {
    isTaken = false;
    isRefused = false;
    long began = System.nanoTime();
    boolean came = false;
    while (!came || System.nanoTime() - began < atLeast.toNanos()) {
      assertThat(System.nanoTime() - began).as(what).isLessThan(atLeast.plus(PATIENCE).toNanos());
      honest.announceAndSeeOneAnother(AT_A_TIME);
      newcomers = newcomers.and(attacks.delays(announce(), NEWCOMERS));
      assertStaysWithinBounds();
      change();
      came |= until.holds();
    }
  }

  static String announce() {
    return "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-XX0000-abcdefghijkl&port=6881"
        + "&uploaded=0&downloaded=0&left=1&compact=1";
  }

  private void assertStaysWithinBounds() throws IOException {
    assertThat(tracker.isAlive()).as(tracker.said()).isTrue();
    assertThat(tracker.residentBytes()).as("resident").isLessThan(MOST_RESIDENT_BYTES);
    assertThat(tracker.openFiles()).as("open files").isLessThan(MOST_FILES);
    assertThat(tracker.threads()).as("threads").isLessThan(MOST_THREADS);
    assertThat((long) tracker.said().length()).as("log").isLessThan(MOST_LOG_BYTES);
    assertThat(bytesIn(data)).as("data folder").isLessThan(mostDataBytes);
  }

  private static long bytesIn(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        bytes += Files.isRegularFile(file) ? file.toFile().length() : 0;
      }
    } catch (UncheckedIOException _) {
      return bytesIn(folder); // an old store went meanwhile
    }
    return bytes;
  }

  /** Denies a torrent more. Like any request this one may be turned away where too many ask. */
  private void change() throws InterruptedException {
    if (System.nanoTime() - changedNanos < BETWEEN_CHANGES.toNanos()) {
      return;
    }
    changedNanos = System.nanoTime();
    String entry = HexFormat.of().toHexDigits(++changes) + "d".repeat(32);
    try {
      HttpResponse<byte[]> answer =
          tracker.ask("PUT", "/api/v1/access/denied-torrents/" + entry, new byte[0]);
      if (answer.statusCode() == 204) {
        acknowledged.add(entry);
        isTaken = true;
      } else {
        String reason = new String(answer.body(), UTF_8);
        assertThat(answer.statusCode()).as(reason).isEqualTo(503);
        isRefused |= reason.contains(NO_SPACE);
      }
    } catch (IOException _) {
      // The connection was reset; nobody knows whether it is denied.
    }
  }

  /** Whether a change was acknowledged since this act began. */
  boolean isTaken() {
    return isTaken;
  }

  /** Whether one was refused since then because the disk is full. */
  boolean isRefused() {
    return isRefused;
  }

  /** Whether the tracker says that it is ready, or that there is no room. */
  boolean isToldToBeReady() throws InterruptedException {
    return ready().startsWith("{\"status\":\"UP\"");
  }

  boolean isToldToHaveNoRoom() throws InterruptedException {
    String said = ready();
    return said.startsWith("{\"status\":\"DOWN\"") && said.contains(NO_SPACE);
  }

  private String ready() throws InterruptedException {
    try {
      return tracker.read("/health/ready");
    } catch (IOException _) {
      return "";
    }
  }

  /** The torrents that were denied, as was acknowledged. */
  List<String> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** How long newcomers waited. */
  Delays newcomers() {
    return newcomers;
  }
}
