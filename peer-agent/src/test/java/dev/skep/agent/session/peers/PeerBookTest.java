package dev.skep.agent.session.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.encryption.Encryption;
import dev.skep.protocol.encryption.HandshakeForm;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerBookTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Endpoint SELF = Endpoint.of("123.213.32.10", 6881);
  private static final PeerSource TRACKER = PeerSource.tracker("http://t/announce");
  private static final PeerSource LIAR = PeerSource.tracker("http://liar/announce");
  private final PeerBook book = book(new OwnAddresses(SELF, 1), false);

  private static PeerBook book(OwnAddresses self, boolean isPrivate) {
    return book(self, Encryption.OFF, isPrivate);
  }

  private static PeerBook book(OwnAddresses self, Encryption encryption, boolean isPrivate) {
    return new PeerBook(
        self, Endpoint::isLocalNetwork, encryption, isPrivate, new SplittableRandom(1));
  }

  @Test
  void localAddressesComeFirst() {
    Endpoint far = Endpoint.of("98.76.54.32", 1);
    Endpoint near = Endpoint.of("192.168.1.7", 1);
    book.add(List.of(far, near), TRACKER, 0);

    assertThat(book.take(0)).isEqualTo(near);
    assertThat(book.take(0)).isEqualTo(far);
    assertThat(book.take(0)).isNull();
  }

  @Test
  void whatOnlyPeersToldComesLastAndGoesFirst() {
    PeerSource peer = PeerSource.peer(Endpoint.of("8.8.8.8", 1));
    Endpoint near = Endpoint.of("192.168.1.7", 1);
    Endpoint told = Endpoint.of("98.76.54.32", 1);
    Endpoint both = Endpoint.of("98.76.54.33", 1);
    assertThat(book.add(List.of(near, both), peer, 0)).isTrue();
    book.add(List.of(told, both), TRACKER, 0);
    assertThat(book.add(List.of(told), peer, 0)).isFalse();

    assertThat(List.of(book.take(0), book.take(0))).containsExactlyInAnyOrder(told, both);
    assertThat(book.take(0)).isEqualTo(near);

    PeerBook full = book(new OwnAddresses(SELF, 7), false);
    full.add(addresses("10.2", 100), TRACKER, 0);
    full.add(addresses("10.3", 5000), peer, 1);
    assertThat(full.size()).isLessThanOrEqualTo(PeerBook.MAX_ENTRIES);
    for (int i = 0; i < 100; i++) {
      assertThat(Objects.requireNonNull(full.take(1)).address().getAddress()[1])
          .isEqualTo((byte) 2);
    }
  }

  @Test
  void thatAnotherToldOfAnAddressIsNewsToo() {
    Endpoint at = Endpoint.of("98.76.54.32", 1);
    book.add(List.of(at), TRACKER, 0);
    int before = book.changes();
    book.add(List.of(at), TRACKER, 0);
    assertThat(book.changes()).as("it said so before").isEqualTo(before);

    book.add(List.of(at), PeerSource.DHT, 0);

    assertThat(book.changes()).isGreaterThan(before);
    assertThat(book.kinds(at))
        .containsExactlyInAnyOrder(PeerSource.Kind.TRACKER, PeerSource.Kind.DHT);
  }

  @Test
  void whatWasRankedBeforeWeKnewOurAddressIsRankedAnew() {
    OwnAddresses learning = new OwnAddresses(Endpoint.of("0.0.0.0", 6881), 7);
    PeerBook unknowing = book(learning, false);
    List<Endpoint> found =
        List.of(
            Endpoint.of("98.76.54.32", 1),
            Endpoint.of("123.213.32.234", 1),
            Endpoint.of("8.8.8.8", 1),
            SELF);
    unknowing.add(found, TRACKER, 0);
    book.add(found, TRACKER, 0);

    learning.seenByTracker(SELF.address());

    for (int i = 0; i < 3; i++) {
      assertThat(unknowing.take(0)).isEqualTo(book.take(0)).isNotNull();
    }
    assertThat(unknowing.take(0)).isNull();
  }

  @Test
  void ourOwnAddressAndNonsenseAreNotKept() {
    book.add(
        List.of(
            SELF,
            Endpoint.of("10.0.0.1", 0),
            Endpoint.of("0.0.0.0", 5),
            Endpoint.of("224.0.0.1", 5)),
        TRACKER,
        0);

    assertThat(book.size()).isZero();
  }

  @Test
  void anAddressThatFailsIsTriedLaterEachTimeAndGivenUpInTheEnd() {
    Endpoint dead = Endpoint.of("10.0.0.1", 5);
    book.add(List.of(dead), TRACKER, 0);
    long now = 0;
    int tries = 0;
    while (book.size() > 0) {
      if (book.take(now) != null) {
        tries++;
        book.done(dead, PeerBook.End.UNREACHABLE, now);
        assertThat(book.take(now)).isNull();
      }
      now += SECOND;
    }

    assertThat(tries).isEqualTo(7);
    assertThat(now).isGreaterThan(120 * SECOND);
  }

  @ParameterizedTest
  @EnumSource(names = {"NAMED", "LINK"})
  void anAddressThatSomebodyNamedIsNeverGivenUp(PeerSource.Kind how) {
    Endpoint named = Endpoint.of("10.0.0.1", 5);
    book.add(List.of(named), new PeerSource(how, ""), 0);
    for (long now = 0; now < 100_000 * SECOND; now += 1000 * SECOND) {
      assertThat(book.take(now)).isEqualTo(named);
      book.done(named, PeerBook.End.UNREACHABLE, now);
    }
  }

  @Test
  void aConnectionThatWeEndedMayBeDialledAtOnce() {
    Endpoint peer = Endpoint.of("10.0.0.1", 5);
    book.add(List.of(peer), TRACKER, 0);
    assertThat(book.take(0)).isEqualTo(peer);

    book.done(peer, PeerBook.End.OURS, 0);

    assertThat(book.take(0)).isEqualTo(peer);
  }

  private static List<Endpoint> addresses(String net, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Endpoint.of(net + "." + i / 250 + "." + (1 + i % 250), 5))
        .toList();
  }

  @Test
  void isBounded() {
    addresses("10.0", 5000).forEach(at -> book.add(List.of(at), TRACKER, 0));
    book.add(addresses("10.1", 5000), LIAR, 0);

    assertThat(book.size()).isBetween(1800, PeerBook.MAX_ENTRIES);
  }

  @Test
  void isBoundedThoughAllWereOfUse() {
    for (Endpoint at : addresses("10.0", 4000)) {
      book.add(List.of(at), TRACKER, 0);
      book.take(0);
      book.done(at, PeerBook.End.USEFUL, 0);
    }

    assertThat(book.size()).isLessThanOrEqualTo(PeerBook.MAX_ENTRIES);
  }

  @Test
  void aLiarDisplacesHisOwnAddressesOnly() {
    List<Endpoint> honest = addresses("10.0", 300);
    book.add(honest, TRACKER, 0);

    for (int i = 1; i <= 10; i++) {
      book.add(addresses("10." + i, 2000), LIAR, 0);
    }
    assertThat(dialled()).containsAll(honest);
  }

  @Test
  void aBookFullOfLiesTakesUpTheTruth() {
    book.add(addresses("10.1", 5000), LIAR, 0);

    List<Endpoint> honest = addresses("10.0", 300);
    book.add(honest, TRACKER, 0);

    assertThat(dialled()).containsAll(honest);
  }

  private List<Endpoint> dialled() {
    return Stream.generate(() -> Optional.ofNullable(book.take(0)))
        .takeWhile(Optional::isPresent)
        .map(Optional::orElseThrow)
        .toList();
  }

  @Test
  void whatFailedGivesWayAndWhatWasOfUseStays() {
    Endpoint good = Endpoint.of("10.9.0.1", 5);
    book.add(List.of(good), LIAR, 0);
    assertThat(book.take(0)).isEqualTo(good);
    book.done(good, PeerBook.End.USEFUL, 0);
    List<Endpoint> dead = addresses("10.0", 500);
    book.add(dead, TRACKER, 0);
    dead.forEach(_ -> book.done(Objects.requireNonNull(book.take(0)), PeerBook.End.UNREACHABLE, 0));

    book.add(addresses("10.1", 1950), LIAR, 1);

    assertThat(book.known().unreachable()).isLessThan(100);
    assertThat(takenLater()).contains(good);
  }

  private List<Endpoint> takenLater() {
    return Stream.generate(() -> Optional.ofNullable(book.take(1_000 * SECOND)))
        .takeWhile(Optional::isPresent)
        .map(Optional::orElseThrow)
        .toList();
  }

  @Test
  void ourOwnLimitIsNoFailureOfThePeer() {
    Endpoint peer = Endpoint.of("10.0.0.1", 5);
    book.add(List.of(peer), TRACKER, 0);
    for (long now = 0; now < 1_000 * SECOND; now += 20 * SECOND) {
      assertThat(book.take(now)).isEqualTo(peer);
      book.done(peer, PeerBook.End.NOT_NOW, now);
      assertThat(book.take(now)).isNull();
    }

    assertThat(book.known().failed()).isZero();
  }

  @Test
  void aPrivateTorrentLearnsFromTrackersAndItsOwnerOnly() {
    PeerBook gate = book(new OwnAddresses(SELF, 1), true);
    int host = 1;
    for (PeerSource.Kind kind : PeerSource.Kind.values()) {
      gate.add(List.of(Endpoint.of("10.0.0." + host++, 5)), new PeerSource(kind, ""), 0);
    }

    assertThat(gate.known().known()).isEqualTo(2);
  }

  @Test
  void onlyWhatTheNewTrackerTellsIsKeptWhenAPrivateTorrentChanges() {
    Endpoint both = Endpoint.of("10.0.0.1", 5);
    Endpoint old = Endpoint.of("10.0.0.2", 5);
    Endpoint named = Endpoint.of("10.0.0.3", 5);
    book.add(List.of(both, old), TRACKER, 0);
    book.add(List.of(both), LIAR, 0);
    book.add(List.of(named), PeerSource.NAMED, 0);

    book.keepOnly(LIAR);

    assertThat(dialled()).containsExactlyInAnyOrder(both, named);
  }

  @Test
  void anAddressThatWantsToTalkIsDialledSoon() {
    Endpoint peer = Endpoint.of("10.0.0.1", 5);
    book.add(List.of(peer), TRACKER, 0);
    for (int i = 0; i < 5; i++) {
      book.take(i * 1_000L * SECOND);
      book.done(peer, PeerBook.End.UNREACHABLE, i * 1_000L * SECOND);
    }

    assertThat(book.dialSoon(Endpoint.of("10.0.0.2", 5).address(), 4_000 * SECOND)).isFalse();
    assertThat(book.dialSoon(peer.address(), 4_000 * SECOND)).isTrue();

    assertThat(book.take(4_000 * SECOND)).isNull();
    assertThat(book.take(4_002 * SECOND)).isEqualTo(peer);
  }

  @Test
  void whoHangsUpAtOneHandshakeIsDialledWithTheOtherAtOnce() {
    PeerBook both = book(new OwnAddresses(SELF, 1), Encryption.ALLOW, false);
    Endpoint peer = Endpoint.of("10.0.0.1", 5);
    both.add(List.of(peer), TRACKER, 0);
    assertThat(both.form(peer)).isEqualTo(HandshakeForm.PLAIN);

    both.take(0);
    both.done(peer, PeerBook.End.HUNG_UP, 0);

    assertThat(both.known().failed()).isZero();
    assertThat(both.take(0)).isEqualTo(peer);
    assertThat(both.form(peer)).isEqualTo(HandshakeForm.ENCRYPTED);
    both.done(peer, PeerBook.End.USEFUL, 0);
    assertThat(both.form(peer)).as("what worked").isEqualTo(HandshakeForm.ENCRYPTED);
  }

  @Test
  void whoHangsUpAtBothHandshakesRestsAsOthersDo() {
    PeerBook both = book(new OwnAddresses(SELF, 1), Encryption.PREFER, false);
    Endpoint peer = Endpoint.of("10.0.0.1", 5);
    both.add(List.of(peer), TRACKER, 0);
    long now = 0;
    for (HandshakeForm form : List.of(HandshakeForm.ENCRYPTED, HandshakeForm.PLAIN)) {
      assertThat(both.take(now)).isEqualTo(peer);
      assertThat(both.form(peer)).isEqualTo(form);
      both.done(peer, PeerBook.End.HUNG_UP, now);
    }

    assertThat(both.known().hungUp()).isEqualTo(1);
    assertThat(both.take(now)).isNull();
    now += 10 * SECOND;
    assertThat(both.take(now)).isEqualTo(peer);
    assertThat(both.form(peer)).isEqualTo(HandshakeForm.ENCRYPTED);
  }

  @ParameterizedTest
  @EnumSource(names = {"OFF", "REQUIRE"})
  void whereOneHandshakeIsAllowedNoOtherIsTried(Encryption one) {
    PeerBook book = book(new OwnAddresses(SELF, 1), one, false);
    Endpoint peer = Endpoint.of("10.0.0.1", 5);
    book.add(List.of(peer), TRACKER, 0);
    book.take(0);
    book.done(peer, PeerBook.End.HUNG_UP, 0);

    assertThat(book.take(0)).isNull();
    assertThat(book.form(peer)).isEqualTo(one.first());
    assertThat(book.known().hungUp()).isEqualTo(1);
  }

  @Test
  void itTellsWhatBecameOfEach() {
    List<Endpoint> all = addresses("10.0", 4);
    book.add(all, TRACKER, 0);
    book.done(Objects.requireNonNull(book.take(0)), PeerBook.End.HUNG_UP, 0);
    book.done(Objects.requireNonNull(book.take(0)), PeerBook.End.UNREACHABLE, 0);
    book.done(Objects.requireNonNull(book.take(0)), PeerBook.End.REFUSED, 0);

    assertThat(book.known()).isEqualTo(new KnownPeers(4, 1, 1, 1, 1));
  }

  @Test
  void whoHadNothingEitherIsDialledAtOnceWhenTheTorrentIsKnown() {
    Endpoint dead = Endpoint.of("10.0.0.1", 1);
    Endpoint waits = Endpoint.of("10.0.0.2", 2);
    book.add(List.of(dead, waits), TRACKER, 0);
    for (long now = 0; now < 60 * SECOND; now += SECOND) {
      Endpoint next = book.take(now);
      if (next != null) {
        boolean reached = next.equals(waits);
        book.done(next, reached ? PeerBook.End.USELESS : PeerBook.End.UNREACHABLE, now);
      }
    }
    assertThat(book.take(60 * SECOND)).isNull();

    book.becomeKnown(60 * SECOND);

    assertThat(book.take(60 * SECOND)).isEqualTo(waits);
    assertThat(book.take(60 * SECOND)).isNull();
  }

  @Test
  void whatTurnsOutToBePrivateForgetsWhatItMayNotKnow() {
    PeerBook book = book(new OwnAddresses(SELF, 1), false);
    PeerSource neighbour = new PeerSource(PeerSource.Kind.NEIGHBOURHOOD, "");
    book.add(List.of(Endpoint.of("10.0.0.1", 1)), neighbour, 0);
    book.add(List.of(Endpoint.of("10.0.0.2", 2)), PeerSource.NAMED, 0);

    book.becomePrivate();
    book.add(List.of(Endpoint.of("10.0.0.3", 3)), neighbour, 0);

    assertThat(book.size()).isEqualTo(1);
    assertThat(book.take(0)).isEqualTo(Endpoint.of("10.0.0.2", 2));
  }
}
