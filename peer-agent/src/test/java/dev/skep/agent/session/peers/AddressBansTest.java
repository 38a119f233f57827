package dev.skep.agent.session.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An address is refused for what several clients behind it did, never for one client's fault. */
class AddressBansTest {
  private static final InetAddress ADDRESS = Endpoint.of("203.0.113.7", 1).address();
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private final AddressBans bans = new AddressBans();

  private static PeerId client(int number) {
    byte[] id = new byte[PeerId.BYTES];
    id[0] = (byte) number;
    return PeerId.of(id);
  }

  @Test
  void oneClientsFaultsNeverBanAnAddress() {
    for (int i = 0; i < 100; i++) {
      bans.add(ADDRESS, client(1), i);
      bans.add(ADDRESS, client(2), i);
    }

    assertThat(bans.holds(ADDRESS, 100)).isFalse();
  }

  @Test
  void threeClientsFaultsBanItForAnHour() {
    for (int number = 1; number <= 3; number++) {
      bans.add(ADDRESS, client(number), number);
    }

    assertThat(bans.holds(ADDRESS, 4)).isTrue();
    assertThat(bans.holds(Endpoint.of("203.0.113.8", 1).address(), 4)).isFalse();
    assertThat(bans.holds(ADDRESS, 3 + HOUR + 1)).isFalse();
  }
}
