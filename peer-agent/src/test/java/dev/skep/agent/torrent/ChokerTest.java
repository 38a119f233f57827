package dev.skep.agent.torrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChokerTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<Peer> peers = new ArrayList<>();
  private final Choker choker = new Choker(TorrentSettings.with(s -> s.uploadSlots = 2), 0);
  private long now;

  /** While we download with two slots: what each of a, b, c, d gave since the last round. */
  @ParameterizedTest(name = "{0}, {1}, {2}, {3} given: {4} served")
  @CsvSource({
    "10, 20, 30, 40, dc",
    "40, 30, 20, 10, ab",
    " 0,  5,  0,  9, db",
    " 7,  7,  7,  9, da", // equal: who joined first
  })
  void whoGaveMostIsServed(int a, int b, int c, int d, String served) {
    List<Peer> all = List.of(stranger(), stranger(), stranger(), stranger());
    give(all.get(0), a);
    give(all.get(1), b);
    give(all.get(2), c);
    give(all.get(3), d);
    round(false);

    assertThat(served.chars().mapToObj(name -> all.get(name - 'a')))
        .allMatch(peer -> peer.unchoked);
    assertThat(all.stream().filter(peer -> peer.unchoked))
        .as("two slots and one optimistic")
        .hasSize(3);
  }

  @Test
  void whoIsNotInterestedIsNotServed() {
    Peer peer = stranger();
    peer.interested = false;
    give(peer, 100);
    round(false);
    assertThat(peer.unchoked).isFalse();
  }

  @Test
  void whoSnubsUsGetsNoSlotWhateverItGave() {
    Peer snubbing = stranger();
    List<Peer> others = List.of(stranger(), stranger());
    give(snubbing, 100);
    snubbing.snubbed = true;
    round(false);
    assertThat(others).allMatch(peer -> peer.unchoked);
    assertThat(choker.interested(stranger(), peers, now)).as("no slot is free").isFalse();
  }

  @Test
  void allOfTheLocalNetworkAreServedAndTakeNoSlot() {
    for (int i = 0; i < 10; i++) {
      neighbour();
    }
    List<Peer> strangers = List.of(stranger(), stranger());
    round(false);
    assertThat(peers).allMatch(peer -> peer.unchoked);
    assertThat(strangers).allMatch(peer -> peer.unchoked);
  }

  @Test
  void aFreeSlotIsGivenAtOnce() {
    Peer first = stranger();
    Peer second = stranger();
    Peer third = stranger();
    assertThat(choker.interested(first, peers, now)).isTrue();
    assertThat(choker.interested(second, peers, now)).isTrue();
    assertThat(choker.interested(third, peers, now)).isFalse();
  }

  @Test
  void theOptimisticSlotGoesRoundUntilEveryoneHadIt() {
    for (int i = 0; i < 6; i++) {
      give(stranger(), 0);
    }
    Set<Peer> served = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      give(peers.get(0), 50);
      give(peers.get(1), 50);
      round(false);
      peers.stream().filter(peer -> peer.unchoked).forEach(served::add);
    }
    assertThat(served).hasSize(6);
  }

  @Test
  void whileSeedingEveryoneGetsATurn() {
    for (int i = 0; i < 8; i++) {
      stranger();
    }
    Set<Peer> served = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      round(true);
      assertThat(peers.stream().filter(peer -> peer.unchoked)).hasSize(3);
      peers.stream().filter(peer -> peer.unchoked).forEach(served::add);
    }
    assertThat(served).hasSize(8);
  }

  @Test
  void moreSlotsOnAFasterLine() {
    Choker following = new Choker(TorrentSettings.defaults(), 0);
    following.round(peers, true, 10_000, now, new Wakes());
    assertThat(following.slots()).isEqualTo(4);
    following.round(peers, true, 1_000_000, now, new Wakes());
    assertThat(following.slots()).isBetween(20, 30);
    following.round(peers, true, 1_000_000_000, now, new Wakes());
    assertThat(following.slots()).isEqualTo(50);
  }

  private void round(boolean seeding) {
    now += 10 * SECOND;
    choker.round(peers, seeding, 0, now, new Wakes());
  }

  private void give(Peer peer, int kilobytes) {
    peer.down.add(kilobytes * 1_000, now);
  }

  private Peer stranger() {
    return join(false);
  }

  private void neighbour() {
    join(true);
  }

  private Peer join(boolean local) {
    int number = peers.size() + 1;
    Peer peer =
        new Peer(
            Endpoint.of("192.0.2.1", number),
            new PeerId(0, 0, number),
            new Capabilities(true, true, true, local),
            1,
            TorrentSettings.defaults(),
            now + number);
    peer.interested = true;
    peers.add(peer);
    return peer;
  }
}
