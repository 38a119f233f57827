package dev.skep.tracker.admin.views;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.KeptInMemory;
import dev.skep.tracker.catalogue.Publication;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is known of the last hour, and how little is kept for it. */
class SwarmHistoryTest {
  private final SwarmStore swarms =
      new SwarmStore(
          new SwarmLimits(1_000_000, 100_000, 1_000_000, Duration.ofHours(10), false),
          new PeerPreference.Uniform(),
          new SplittableRandom(1),
          0);
  private long nanos;
  private final Catalogue catalogue =
      new Catalogue(
          new KeptInMemory(),
          new Catalogue.Limits(1_000_000, 1000, Long.MAX_VALUE),
          () -> Instant.EPOCH.plusNanos(nanos));
  private final SwarmHistory history = new SwarmHistory(swarms, catalogue, () -> nanos);

  private static InfoHash torrent(int number) {
    return new InfoHash(number, 1, 1);
  }

  private void announce(int torrent, int port, boolean seeder) {
    Announce announce = new Announce();
    announce.torrent(torrent(torrent));
    announce.by(new PeerId(1, 2, port));
    announce.from(IpAddress.ofIpv4(0x0a000000 + torrent), port);
    announce.leftBytes = seeder ? 0 : 1;
    announce.event = AnnounceEvent.STARTED;
    swarms.announce(announce);
  }

  private void pass(Duration time) {
    for (long left = time.toSeconds(); left > 0; left--) {
      nanos += 1_000_000_000L;
      swarms.advance(nanos);
      history.round();
    }
  }

  @Test
  void whatWasCountedIsToldInItsOrderForAnHour() {
    announce(1, 1, true);
    pass(SwarmHistory.STEP);
    announce(1, 2, false);
    pass(SwarmHistory.STEP);
    assertThat(history.of(torrent(1)))
        .isEqualTo(
            new SwarmHistory.Series(Instant.ofEpochSecond(60), List.of(1, 1), List.of(0, 1)));
    assertThat(history.whole().seeders()).containsExactly(0, 1, 1);
    pass(Duration.ofHours(3));
    assertThat(history.of(torrent(1)).leechers()).hasSize(120).containsOnly(1);
  }

  @Test
  void ofManySwarmsOnlyThoseAreCountedThatSomebodyLooksAtOrPublished() throws Exception {
    for (int torrent = 0; torrent <= SwarmHistory.MANY; torrent++) {
      announce(torrent, 1, true);
    }
    byte[] file =
        "d4:infod6:lengthi1000e4:name1:n12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee"
            .getBytes(ISO_8859_1);
    InfoHash published =
        catalogue
            .register(
                Metainfo.parse(file),
                file,
                "n",
                new Publication(List.of(), Instant.EPOCH, Optional.empty()))
            .infoHash();
    pass(SwarmHistory.STEP);
    assertThat(history.of(torrent(3)).seeders()).as("from now on").isEmpty();
    assertThat(history.of(published).seeders()).containsExactly(0);
    pass(SwarmHistory.STEP);
    assertThat(history.of(torrent(3)).seeders()).containsExactly(1);
    assertThat(history.of(torrent(4)).seeders()).isEmpty();
    assertThat(history.whole().seeders()).endsWith(SwarmHistory.MANY + 1);
  }

  @Test
  void whatNobodyLookedAtForAnHourIsForgottenAndSoAreTheOldestOfTooMany() {
    for (int torrent = 0; torrent <= SwarmHistory.MANY; torrent++) {
      announce(torrent, 1, true);
    }
    for (int torrent = 0; torrent <= SwarmHistory.MOST_LOOKED_AT; torrent++) {
      history.of(torrent(torrent));
    }
    pass(SwarmHistory.STEP);
    assertThat(history.of(torrent(0)).seeders()).as("looked at first").isEmpty();
    assertThat(history.of(torrent(SwarmHistory.MOST_LOOKED_AT)).seeders()).containsExactly(1);
    pass(Duration.ofHours(2));
    assertThat(history.of(torrent(SwarmHistory.MOST_LOOKED_AT)).seeders()).isEmpty();
  }
}
