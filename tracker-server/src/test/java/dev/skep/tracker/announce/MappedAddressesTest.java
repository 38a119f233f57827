package dev.skep.tracker.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An IPv4 address in an IPv6 one is that IPv4 address, wherever it is counted. */
class MappedAddressesTest {
  private static final IpAddress PLAIN = IpAddress.ofIpv4(0xc0000207);
  private static final int PORTS = 3;
  private static final InfoHash TORRENT = new InfoHash(1, 2, 3);

  private final SwarmStore swarms =
      new SwarmStore(
          new SwarmLimits(10, 1000, 1000, Duration.ofHours(1), false)
              .withPerAddress(new SwarmLimits.PerAddress(1000, PORTS, PORTS, 1)),
          new PeerPreference.Uniform(),
          new SplittableRandom(1),
          0);

  private static IpAddress mapped() throws Exception {
    byte[] bytes = new byte[16];
    bytes[10] = (byte) 0xff;
    bytes[11] = (byte) 0xff;
    bytes[12] = (byte) 0xc0;
    bytes[14] = 2;
    bytes[15] = 7;
    return IpAddress.of(InetAddress.getByAddress(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::ffff:192.0.2.7",
        "::FFFF:c000:207",
        "0:0:0:0:0:ffff:c000:0207",
        "[::ffff:192.0.2.7]",
        "[::ffff:192.0.2.7]:443",
        "192.0.2.7:443",
      })
  void aProxyMayWriteItAsItLikes(String said) throws Exception {
    var proxies = new Proxies(List.of(Cidr.parse("127.0.0.1")), Proxies.Header.X_FORWARDED_FOR);
    assertThat(proxies.asker(IpAddress.ofIpv4(0x7f000001), List.of(said))).isEqualTo(PLAIN);
  }

  @Test
  void portsAndCompletedDownloadsAreCountedForTheOneAddress() throws Exception {
    IpAddress mapped = mapped();
    for (int port = 1; port <= 10; port++) {
      announce(port % 2 == 0 ? PLAIN : mapped, port);
    }
    assertThat(swarms.counts(TORRENT).seeders()).isEqualTo(PORTS);
    assertThat(swarms.counts(TORRENT).completed()).isEqualTo(PORTS);
  }

  private void announce(IpAddress from, int port) {
    var announce = new Announce();
    announce.torrent(TORRENT);
    announce.from(from, port);
    announce.peerIdLow = port;
    announce.event = AnnounceEvent.COMPLETED;
    swarms.announce(announce);
    assertThat(announce.ipv6.count()).isZero();
  }

  @Test
  void blocksOfAddressesHoldIt() throws Exception {
    assertThat(Cidr.parse("192.0.2.0/24").contains(mapped())).isTrue();
    assertThat(Cidr.parse("::ffff:192.0.2.0/120").contains(PLAIN)).isTrue();
    assertThat(mapped()).isEqualTo(PLAIN);
  }
}
