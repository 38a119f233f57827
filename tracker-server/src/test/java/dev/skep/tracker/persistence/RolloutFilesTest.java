package dev.skep.tracker.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.rollout.HostRow;
import dev.skep.tracker.rollout.HostState;
import dev.skep.tracker.rollout.KnownHost;
import dev.skep.tracker.rollout.Motion;
import dev.skep.tracker.rollout.Occurrence;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.RolloutPlan;
import dev.skep.tracker.rollout.SavedRollout;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rollouts and hosts on the disk: what was put comes back, and what is damaged costs itself only.
 */
class RolloutFilesTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Instant NOW = Instant.parse("2026-11-30T10:22:30.123Z");

  @TempDir private Path folder;

  private static SavedRollout rollout(long seed) {
    var random = new Random(seed);
    var rows = new ArrayList<HostRow>();
    for (HostState state : HostState.values()) {
      rows.add(row(random, state));
    }
    return new SavedRollout(
        "%012x".formatted(seed),
        plan(random),
        NOW,
        List.of(Rollout.State.values()).get(random.nextInt(4)),
        maybe(random, NOW.plusSeconds(5)),
        random.nextLong(1_000_000_000),
        rows,
        List.of(
            new Occurrence(
                0, Occurrence.Kind.FAILED, NOW, Optional.of("a"), maybe(random, "no space é")),
            new Occurrence(1, Occurrence.Kind.LATE, NOW, Optional.empty(), Optional.empty())),
        List.of(1, 0));
  }

  private static RolloutPlan plan(Random random) {
    return new RolloutPlan(
        new RolloutPlan.Torrent(
            new InfoHash(random.nextLong(), random.nextLong(), random.nextInt()),
            "site \u202e<b>.tar",
            random.nextLong()),
        new RolloutPlan.Target(
            List.of("a", "b"),
            List.of("web"),
            List.of("10.1.0.0/16", "2001:db8::/32"),
            List.of(1, 3),
            random.nextBoolean() ? OptionalInt.of(7) : OptionalInt.empty()),
        maybe(random, NOW.plusSeconds(600)),
        random.nextBoolean() ? RolloutPlan.Done.HOOKED : RolloutPlan.Done.VERIFIED,
        List.of(URI.create("https://hooks.lan/x?y=1"), URI.create("http://other.lan:8080/")),
        maybe(random, "site-web"));
  }

  private static HostRow row(Random random, HostState state) {
    return new HostRow(
        "h-" + state.word(),
        maybe(random, new IpAddress(random.nextLong(), random.nextLong())),
        maybe(random, IpAddress.ofIpv4(random.nextInt())),
        new HostRow.Status(
            state, random.nextBoolean(), maybe(random, "why é"), NOW, maybe(random, NOW)),
        Motion.restored(random.nextLong(), maybe(random, NOW), 0),
        0);
  }

  private static <T> Optional<T> maybe(Random random, T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  private static KnownHost host(String name) {
    return new KnownHost(
        name,
        "ab".repeat(32),
        List.of("stable", "web"),
        IpAddress.ofIpv4(7),
        new IpAddress(1, 2),
        NOW.minusSeconds(60),
        NOW,
        true,
        Optional.of(IpAddress.ofIpv4(9)),
        Map.of());
  }

  private Restored restored(Persistence persistence) throws Exception {
    return persistence.restore(SavedState.emptySwarms(), SavedState.NOW);
  }

  @Test
  void whateverWasPutComesBackTheSame() throws Exception {
    var put = new ArrayList<SavedRollout>();
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      assertThat(restored(persistence).rollouts()).isEmpty();
      for (long seed = 0; seed < 30; seed++) {
        persistence.put(rollout(seed));
        put.add(rollout(seed));
      }
      persistence.putHosts(List.of(host("a"), host("b")));
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      Restored back = restored(persistence);
      assertThat(back.rollouts()).containsExactlyInAnyOrderElementsOf(put);
      assertThat(back.hosts()).containsExactly(host("a"), host("b"));
      assertThat(persistence.damage()).isEmpty();
      persistence.forgetRollout(put.getFirst().id());
    }
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      assertThat(restored(persistence).rollouts()).hasSize(29);
    }
  }

  /** It ended where the time of the first use of a name, and who vouches, begin now. */
  @Test
  void hostsOfAnOlderTrackerAreRead() throws Exception {
    byte[] now = RolloutEntry.encode(List.of(host("a")));
    byte[] old = Arrays.copyOf(now, now.length - Long.BYTES - 1);
    old[0] = 1;

    KnownHost read = RolloutEntry.decodeHosts(old).getFirst();

    assertThat(read.name()).isEqualTo("a");
    assertThat(read.since()).isEqualTo(read.heard()).isEqualTo(NOW);
    assertThat(read.vouched()).isFalse();
  }

  @Test
  void aDamagedFileIsSetAsideAndToldAndTheOthersAreThere() throws Exception {
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      restored(persistence);
      persistence.put(rollout(1));
      persistence.put(rollout(2));
      persistence.putHosts(List.of(host("a")));
    }
    Path file = folder.resolve("rollouts").resolve(rollout(1).id());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    Files.write(folder.resolve("hosts"), new byte[] {1, 2, 3});
    Files.write(file.resolveSibling(rollout(3).id() + ".new"), new byte[] {1});
    Files.write(file.resolveSibling("notes.txt"), new byte[] {1});
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      Restored back = restored(persistence);
      assertThat(back.rollouts()).containsExactly(rollout(2));
      assertThat(back.hosts()).isEmpty();
      assertThat(persistence.damage().orElseThrow())
          .contains(file + ".damaged", folder.resolve("hosts.damaged").toString())
          .doesNotContain("xception");
    }
    assertThat(file.resolveSibling("notes.txt")).as("somebody else's").exists();
    assertThat(file.resolveSibling(rollout(3).id() + ".new")).doesNotExist();
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      restored(persistence);
      assertThat(persistence.damage()).as("it is told once").isEmpty();
    }
  }

  @Test
  void aRolloutUnderTheNameOfAnotherIsNone() throws Exception {
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      persistence.put(rollout(1));
    }
    Path file = folder.resolve("rollouts").resolve(rollout(1).id());
    Files.move(file, file.resolveSibling(rollout(2).id()));
    try (Persistence persistence = Persistence.open(folder, LIMIT)) {
      assertThat(restored(persistence).rollouts()).isEmpty();
      assertThat(persistence.damage()).isPresent();
    }
  }

  @Test
  void onlyTheTrackersUserMayReadThem() throws Exception {
    try (Persistence persistence = Persistence.open(folder.resolve("data"), LIMIT)) {
      persistence.put(rollout(1));
      persistence.putHosts(List.of(host("a")));
    }
    for (String name : List.of("rollouts/" + rollout(1).id(), "hosts")) {
      assertThat(Files.getPosixFilePermissions(folder.resolve("data").resolve(name)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }
}
