package dev.skep.tracker.rollout;

import static dev.skep.tracker.rollout.Rolling.at;
import static dev.skep.tracker.rollout.Rolling.host;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.HeldPieces;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.HostReport.State;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a machine takes of the heap is what it is counted as. */
@Isolated("it looks at the heap")
class KnownHostTest {
  private static final int HOSTS = 10_000;
  private static final long SETTLED_BYTES = 64 << 10;

  @ParameterizedTest
  @CsvSource({"0,0", "3,1", "16,8"})
  void itTakesNoMoreOfTheHeapThanItIsCountedAs(int labels, int torrents) {
    var hosts = new Hosts(new Hosts.Limits(HOSTS, Long.MAX_VALUE, HOSTS, 1));
    long before = usedBytes();
    for (int i = 0; i < HOSTS; i++) {
      add(hosts, i, labels, torrents);
    }
    long taken = usedBytes() - before;
    assertThat(hosts.size()).isEqualTo(HOSTS);
    // What other tests left behind may go meanwhile, and makes it less.
    assertThat((double) taken / hosts.bytes()).isLessThan(1.05);
  }

  private static void add(Hosts hosts, int i, int labels, int torrents) {
    List<String> words = new ArrayList<>();
    for (int n = 0; n < labels; n++) {
      words.add("%064d".formatted(100L * i + n));
    }
    HostIdentity who = host("h%063d".formatted(i), words.toArray(String[]::new));
    hosts.hear(who, from(i), false, Instant.now());
    for (int n = 0; n < torrents; n++) {
      KnownHost known = hosts.find(who.name()).orElseThrow();
      // Of characters that take two bytes each.
      var reason = Optional.of("\u0436".repeat(59) + (char) ('0' + n));
      var now = new Moment(Instant.now(), i);
      var said = new Said(State.FETCHING, reason, 1, 1, false, from(i), 7000 + n, held(i, n), now);
      hosts.note(known, new InfoHash(i, n, 0), said);
    }
  }

  /** The longest that there are. */
  private static Optional<HeldPieces> held(int i, int n) {
    byte[] bits = new byte[HeldPieces.MOST_BYTES - 1];
    new Random(31L * i + n).nextBytes(bits);
    bits[bits.length - 1] = 1;
    return HeldPieces.of(bits);
  }

  private static IpAddress from(int i) {
    return at("10." + (i >> 8) + "." + (i & 255) + ".1");
  }

  /** What other tests left behind may still be going. */
  private static long usedBytes() {
    long before;
    long used = Long.MAX_VALUE;
    do {
      before = used;
      System.gc();
      used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    } while (before - used > SETTLED_BYTES);
    return used;
  }
}
