package dev.skep.tracker.swarm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people are told of a peer's program. */
class KnownPeerTest {
  @ParameterizedTest(name = "ids are kept: {0}")
  @CsvSource({"true, Transmission 4.0.2", "false, Transmission"})
  void itsVersionIsKnownWhereIdsAreKept(boolean kept, String client) {
    var swarms =
        new Announcing(
            new SwarmLimits(10, 10, 10, Duration.ofHours(1), kept), new PeerPreference.Uniform());
    Announce announce = swarms.announce;
    announce.torrent(Announcing.torrent(1));
    announce.from(IpAddress.ofIpv4(0x0a000001), 6881);
    announce.by(PeerId.of("-TR4020-123456789012".getBytes(US_ASCII)));

    swarms.store.announce(announce);

    assertThat(swarms.store.peers(Announcing.torrent(1), 0, 10))
        .singleElement()
        .satisfies(peer -> assertThat(peer.client()).contains(client));
  }
}
