package dev.skep.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.skep.protocol.tracker.AnnounceEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Swarms packed into bytes and back. */
class SwarmImageTest {
  private static final int UNSAVED_SECONDS = 60;
  private static final int RESTORED_TIMEOUT_SECONDS = Announcing.TIMEOUT_SECONDS + UNSAVED_SECONDS;

  private final Announcing swarm = Announcing.unlimited();

  private List<SwarmImage> changed() {
    List<SwarmImage> images = new ArrayList<>();
    swarm.changes.forEachChanged(0, images::add);
    return images;
  }

  private SwarmImage image() {
    for (int host = 0; host < 20; host++) {
      swarm.announce.uploadedBytes = 1 << 20;
      swarm.announce(1, host, host % 2, AnnounceEvent.COMPLETED, 0);
    }
    return changed().getFirst();
  }

  @Test
  void onlyWhatChangedIsHandedOut() {
    swarm.leecher(1, 1);
    swarm.leecher(2, 1);
    assertThat(changed()).hasSize(2);
    assertThat(changed()).isEmpty();
    swarm.leecher(2, 2);
    assertThat(changed()).singleElement().satisfies(i -> assertThat(i.peers()).isEqualTo(2));
    swarm.pass(Announcing.TIMEOUT_SECONDS + 1);
    swarm.sweepAll();
    assertThat(changed()).as("both are empty now").allMatch(i -> i.peers() == 0);
  }

  @Test
  void aLoadedSwarmIsWhatItWasAndOlder() {
    SwarmImage image = image();
    Announcing second = Announcing.unlimited();
    second.store.load(image.infoHash(), image.bytes(), 100);

    assertThat(second.store.counts(image.infoHash())).isEqualTo(new SwarmCounts(10, 10, 0, 20));
    KnownPeer peer = second.store.peers(image.infoHash(), 0, 1).getFirst();
    assertThat(peer.idleSeconds()).isEqualTo(100);
    assertThat(peer.uploadedBytes()).isEqualTo(1 << 20);
    second.store.load(image.infoHash(), image.bytes(), 100);
    assertThat(second.peersOf(1)).as("twice is once").isEqualTo(20);
  }

  @Test
  void whoWouldHaveExpiredMeanwhileIsLeftOut() {
    SwarmImage image = image();
    Announcing second = Announcing.unlimited();
    second.store.load(image.infoHash(), image.bytes(), RESTORED_TIMEOUT_SECONDS + 1);
    assertThat(second.peersOf(1)).isZero();
    assertThat(second.store.counts(image.infoHash()).completed()).isEqualTo(20);
    second.store.load(image.infoHash(), image.bytes(), Integer.MAX_VALUE);
    assertThat(second.peersOf(1)).isZero();
  }

  @Test
  void peersThatWereOnlyHeardAgainMayWaitAMinute() {
    swarm.leecher(1, 1);
    swarm.leecher(1, 2);
    assertThat(changed()).hasSize(1);
    swarm.pass(1);
    assertThat(secondsUntilSaved()).isLessThanOrEqualTo(UNSAVED_SECONDS);

    swarm.leecher(1, 1);
    swarm.announce(1, 1, 0, AnnounceEvent.NONE, 0);
    assertThat(changed()).as("a leecher became a seeder").hasSize(1);
    swarm.announce(1, 2, 1, AnnounceEvent.COMPLETED, 0);
    assertThat(changed()).as("one more completed").hasSize(1);
    swarm.leecher(1, 3);
    assertThat(changed()).as("a peer came").hasSize(1);
    swarm.announce(1, 2, 1, AnnounceEvent.STOPPED, 0);
    assertThat(changed()).as("a peer left").hasSize(1);
  }

  /** While a peer is heard every second. */
  private int secondsUntilSaved() {
    for (int seconds = 1; ; seconds++) {
      swarm.leecher(1, 1);
      swarm.pass(1);
      if (!changed().isEmpty()) {
        return seconds;
      }
    }
  }

  @Test
  void swarmsThatMayWaitAreNotAllSavedInTheSameMoment() {
    int torrents = 1000;
    for (int torrent = 0; torrent < torrents; torrent++) {
      swarm.leecher(torrent, 1);
    }
    assertThat(changed()).hasSize(torrents);
    List<Integer> perSecond = new ArrayList<>();
    for (int second = 0; second < 2 * UNSAVED_SECONDS; second++) {
      for (int torrent = 0; torrent < torrents; torrent++) {
        swarm.leecher(torrent, 1);
      }
      swarm.pass(1);
      perSecond.add(changed().size());
    }
    assertThat(perSecond).as("a sixtieth of them on average").allMatch(saved -> saved < 60);
    assertThat(perSecond.stream().mapToInt(saved -> saved).sum()).isBetween(1900, 2100);
  }

  @Test
  void whatIsSavedAtTheEndMissesNothing() {
    swarm.leecher(1, 1);
    swarm.leecher(2, 1);
    assertThat(changed()).hasSize(2);
    swarm.leecher(1, 1);
    List<SwarmImage> images = new ArrayList<>();
    swarm.changes.forEachUnread(0, images::add);
    assertThat(images)
        .singleElement()
        .extracting(SwarmImage::infoHash)
        .isEqualTo(Announcing.torrent(1));
  }

  @Test
  void whatCouldNotBeSavedComesAgain() {
    swarm.leecher(1, 1);
    swarm.leecher(2, 1);
    assertThat(changed()).hasSize(2);
    swarm.leecher(1, 1);
    swarm.leecher(2, 1);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                swarm.changes.forEachUnread(
                    0,
                    _ -> {
                      throw new IllegalStateException("the disk is full");
                    }));
    List<SwarmImage> again = new ArrayList<>();
    swarm.changes.forEachUnread(0, again::add);
    assertThat(again).hasSize(2);
    swarm.leecher(2, 1);
    List<SwarmImage> heard = new ArrayList<>();
    swarm.changes.forEachUnread(0, heard::add);
    assertThat(heard).as("what is heard later").hasSize(1);
  }

  @Test
  void aRestoredPeerMayBeSilentForAsMuchLongerAsItMayHaveBeenHeardUnsaved() {
    SwarmImage image = image();
    Announcing second = Announcing.unlimited();
    second.store.load(image.infoHash(), image.bytes(), Announcing.TIMEOUT_SECONDS + 1);
    assertThat(second.peersOf(1)).isEqualTo(20);
    second.leecher(1, 0);
    second.pass(UNSAVED_SECONDS - 1);
    second.sweepAll();
    assertThat(second.peersOf(1)).isEqualTo(20);
    second.pass(1);
    second.sweepAll();
    assertThat(second.peersOf(1)).as("only the one that was heard").isEqualTo(1);
    second.pass(Announcing.TIMEOUT_SECONDS - UNSAVED_SECONDS);
    second.sweepAll();
    assertThat(second.peersOf(1)).isEqualTo(1);
    second.pass(1);
    second.sweepAll();
    assertThat(second.peersOf(1)).as("a heard one is as any other").isZero();
  }

  @Test
  void damageAnywhereIsToldAndNothingIsLoaded() {
    SwarmImage image = image();
    Announcing second = Announcing.unlimited();
    for (int at = 0; at < image.bytes().length; at++) {
      byte[] flipped = image.bytes().clone();
      flipped[at] ^= 0x10;
      assertThatIllegalArgumentException()
          .as("byte " + at)
          .isThrownBy(() -> second.store.load(image.infoHash(), flipped, 0))
          .withMessageContaining("damaged");
      byte[] cut = Arrays.copyOf(image.bytes(), at);
      assertThatIllegalArgumentException()
          .as("cut at " + at)
          .isThrownBy(() -> second.store.load(image.infoHash(), cut, 0));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> second.store.load(Announcing.torrent(2), image.bytes(), 0))
        .withMessageContaining("another torrent");
    assertThat(second.store.tallies().torrents().get()).isZero();
  }
}
