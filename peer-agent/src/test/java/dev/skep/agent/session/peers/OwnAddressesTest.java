package dev.skep.agent.session.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How others see us, and the order in which both sides of a connection dial (BEP 40). */
class OwnAddressesTest {
  private static final InetAddress US = InetAddress.ofLiteral("123.213.32.10");
  private static final InetAddress LIE = InetAddress.ofLiteral("8.8.8.8");
  private static final Endpoint ANYWHERE = Endpoint.of("0.0.0.0", 6881);

  private static InetAddress peer(int i) {
    return InetAddress.ofLiteral("98.76.54." + i);
  }

  private static int priority(String a, String b) {
    return OwnAddresses.priority(InetAddress.ofLiteral(a), 0, InetAddress.ofLiteral(b), 0);
  }

  @Test
  void ranksAsTheSpecificationsExamplesDo() {
    // The two examples of BEP 40.
    assertThat(priority("123.213.32.10", "98.76.54.32")).isEqualTo(0xec2d7224);
    assertThat(priority("123.213.32.10", "123.213.32.234")).isEqualTo(0x99568189);
    assertThat(priority("98.76.54.32", "123.213.32.10")).isEqualTo(0xec2d7224);
  }

  @Test
  void twoPeersThatAgreeAreBelievedAndOneIsNot() {
    OwnAddresses own = new OwnAddresses(ANYWHERE, 1);

    own.seenByPeer(peer(1), LIE);
    own.seenByPeer(peer(1), LIE);
    own.seenByPeer(peer(2), US);
    assertThat(own.of(Inet4Address.class)).isEmpty();
    own.seenByPeer(peer(3), US);

    assertThat(own.of(Inet4Address.class)).contains(US);
    assertThat(own.of(Inet6Address.class)).isEmpty();
    assertThat(own.isSelf(new Endpoint(US, 6881))).isTrue();
    assertThat(own.isSelf(new Endpoint(US, 6882))).isFalse();
  }

  @Test
  void theTrackersWordAndTheAddressThatWeAreBoundToAreEnough() {
    OwnAddresses own = new OwnAddresses(ANYWHERE, 1);
    own.seenByTracker(US);

    assertThat(own.rank(new Endpoint(peer(32), 1))).isEqualTo(0xec2d7224);
    assertThat(new OwnAddresses(new Endpoint(US, 6881), 1).rank(new Endpoint(peer(32), 1)))
        .isEqualTo(0xec2d7224);
  }

  @Test
  void agentsThatDoNotKnowThemselvesDialInDifferentOrders() {
    List<Endpoint> all =
        IntStream.range(1, 100).mapToObj(i -> new Endpoint(peer(i), 6881)).toList();

    assertThat(order(new OwnAddresses(ANYWHERE, 1), all))
        .isNotEqualTo(order(new OwnAddresses(ANYWHERE, 2), all));
  }

  private static List<Endpoint> order(OwnAddresses own, List<Endpoint> all) {
    return all.stream().sorted(Comparator.comparing(own::rank, Integer::compareUnsigned)).toList();
  }
}
