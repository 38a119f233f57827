package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PeerBookTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Endpoint SELF = Endpoint.of("123.213.32.10", 6881);
  private final PeerBook book =
      new PeerBook(SELF, Endpoint::isLocalNetwork, new SplittableRandom(1));

  private static int priority(String a, String b) {
    return PeerBook.priority(InetAddress.ofLiteral(a), 0, InetAddress.ofLiteral(b), 0);
  }

  @Test
  void ranksAsTheSpecificationsExamplesDo() {
    // The two examples of BEP 40.
    assertThat(priority("123.213.32.10", "98.76.54.32")).isEqualTo(0xec2d7224);
    assertThat(priority("123.213.32.10", "123.213.32.234")).isEqualTo(0x99568189);
    assertThat(priority("98.76.54.32", "123.213.32.10")).isEqualTo(0xec2d7224);
  }

  @Test
  void localAddressesComeFirst() {
    Endpoint far = Endpoint.of("98.76.54.32", 1);
    Endpoint near = Endpoint.of("192.168.1.7", 1);
    book.add(List.of(far, near), false, 0);

    assertThat(book.take(0)).isEqualTo(near);
    assertThat(book.take(0)).isEqualTo(far);
    assertThat(book.take(0)).isNull();
  }

  @Test
  void whatWasRankedBeforeWeKnewOurAddressIsRankedAnew() {
    PeerBook unknowing =
        new PeerBook(Endpoint.of("0.0.0.0", 6881), _ -> false, new SplittableRandom(1));
    List<Endpoint> found =
        List.of(
            Endpoint.of("98.76.54.32", 1),
            Endpoint.of("123.213.32.234", 1),
            Endpoint.of("8.8.8.8", 1),
            SELF);
    unknowing.add(found, false, 0);
    book.add(found, false, 0);

    unknowing.seenAt(SELF.address());

    assertThat(unknowing.size()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(unknowing.take(0)).isEqualTo(book.take(0)).isNotNull();
    }
  }

  @Test
  void ourOwnAddressAndNonsenseAreNotKept() {
    book.add(
        List.of(
            SELF,
            Endpoint.of("10.0.0.1", 0),
            Endpoint.of("0.0.0.0", 5),
            Endpoint.of("224.0.0.1", 5)),
        false,
        0);

    assertThat(book.size()).isZero();
  }

  @Test
  void anAddressThatFailsIsTriedLaterEachTimeAndGivenUpInTheEnd() {
    Endpoint dead = Endpoint.of("10.0.0.1", 5);
    book.add(List.of(dead), false, 0);
    long now = 0;
    int tries = 0;
    while (book.size() > 0) {
      if (book.take(now) != null) {
        tries++;
        book.done(dead, PeerBook.End.REFUSED, now);
        assertThat(book.take(now)).isNull();
      }
      now += SECOND;
    }

    assertThat(tries).isEqualTo(7);
    assertThat(now).isGreaterThan(120 * SECOND);
  }

  @Test
  void anAddressThatSomebodyNamedIsNeverGivenUp() {
    Endpoint named = Endpoint.of("10.0.0.1", 5);
    book.add(List.of(named), true, 0);
    for (long now = 0; now < 100_000 * SECOND; now += 1000 * SECOND) {
      assertThat(book.take(now)).isEqualTo(named);
      book.done(named, PeerBook.End.REFUSED, now);
    }
  }

  @Test
  void aConnectionThatWeEndedMayBeDialledAtOnce() {
    Endpoint peer = Endpoint.of("10.0.0.1", 5);
    book.add(List.of(peer), false, 0);
    assertThat(book.take(0)).isEqualTo(peer);

    book.done(peer, PeerBook.End.OURS, 0);

    assertThat(book.take(0)).isEqualTo(peer);
  }

  @Test
  void isBounded() {
    for (int i = 0; i < 5000; i++) {
      book.add(List.of(Endpoint.of("10.0." + i / 250 + "." + (1 + i % 250), 5)), false, 0);
    }

    assertThat(book.size()).isEqualTo(2000);
  }
}
