package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.PexMessage;
import dev.skep.protocol.peerwire.PexMessage.Added;
import dev.skep.protocol.peerwire.ProtocolException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerExchangeTest {
  private static final long MINUTE = 60_000_000_000L;

  private final Acquaintances all = new Acquaintances();
  private final List<Endpoint> found = new ArrayList<>();
  private long now = 1;

  private PeerExchange dialled(String at) {
    return exchange(at, false);
  }

  private PeerExchange incoming(String at) {
    return exchange(at, true);
  }

  private PeerExchange exchange(String at, boolean incoming) {
    Endpoint peer = Endpoint.parse(at);
    return new PeerExchange(
        all, peer, incoming, Endpoint::isLocalNetwork, found::addAll, () -> now);
  }

  private static ExtensionHandshake handshake(OptionalInt port, boolean uploadOnly) {
    return new ExtensionHandshake(
        Map.of(),
        Optional.empty(),
        port,
        OptionalInt.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.of(uploadOnly));
  }

  private Optional<PexMessage> said(PeerExchange to) throws ProtocolException {
    Optional<byte[]> message = to.next(now);
    return message.isEmpty() ? Optional.empty() : Optional.of(PexMessage.decode(message.get()));
  }

  @Test
  void eachHearsOfTheOthersAndNotOfItself() throws Exception {
    PeerExchange one = dialled("8.8.8.1:1");
    dialled("8.8.8.2:2");
    dialled("[2001:db8::3]:3");

    assertThat(said(one).orElseThrow().added())
        .extracting(Added::at)
        .containsExactlyInAnyOrder(Endpoint.parse("8.8.8.2:2"), Endpoint.parse("[2001:db8::3]:3"));
    assertThat(said(one)).isEmpty();
  }

  @Test
  void whoDialledUsIsNamedByThePortWhereItListens() throws Exception {
    PeerExchange one = dialled("8.8.8.1:1");
    PeerExchange two = incoming("8.8.8.2:50000");
    assertThat(said(one)).isEmpty();

    two.introduced(handshake(OptionalInt.of(6881), true));

    assertThat(said(one).orElseThrow().added())
        .containsExactly(new Added(Endpoint.parse("8.8.8.2:6881"), Added.SEED));
    assertThat(said(two).orElseThrow().added())
        .containsExactly(new Added(Endpoint.parse("8.8.8.1:1"), Added.REACHABLE));
  }

  @Test
  void aMinuteLiesBetweenTwoMessagesAndWhoCameAndWentBetweenThemIsNotNamed() throws Exception {
    PeerExchange one = dialled("8.8.8.1:1");
    PeerExchange two = dialled("8.8.8.2:2");
    assertThat(said(one)).isPresent();
    PeerExchange brief = dialled("8.8.8.3:3");
    assertThat(one.isDue(now)).isFalse();
    brief.ended();
    two.ended();
    dialled("8.8.8.4:4");
    now += MINUTE - 1;
    assertThat(said(one)).isEmpty();
    now++;

    assertThat(one.isDue(now)).isTrue();
    PexMessage message = said(one).orElseThrow();
    assertThat(message.added()).extracting(Added::at).containsExactly(Endpoint.parse("8.8.8.4:4"));
    assertThat(message.dropped()).containsExactly(Endpoint.parse("8.8.8.2:2"));
  }

  @Test
  void ofACrowdFiftyAreNamedInAMessageAndEachOnce() throws Exception {
    PeerExchange one = dialled("8.8.8.1:1");
    List<PeerExchange> crowd = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      crowd.add(dialled("9.9.9." + i + ":7"));
    }
    Set<Endpoint> named = new HashSet<>();
    for (int size : new int[] {50, 50, 20}) {
      List<Added> added = said(one).orElseThrow().added();
      assertThat(added).hasSize(size);
      added.forEach(each -> assertThat(named.add(each.at())).isTrue());
      now += MINUTE;
    }
    assertThat(said(one)).isEmpty();

    crowd.forEach(PeerExchange::ended);
    for (int size : new int[] {50, 50, 20}) {
      assertThat(said(one).orElseThrow().dropped()).hasSize(size);
      now += MINUTE;
    }
  }

  @Test
  void addressesOfTheLocalNetworkStayThere() throws Exception {
    PeerExchange outside = dialled("8.8.8.1:1");
    PeerExchange inside = dialled("10.0.0.1:1");
    dialled("10.0.0.2:2");

    assertThat(said(outside)).isEmpty();
    assertThat(said(inside).orElseThrow().added()).hasSize(2);
    outside.received(message("10.0.0.9:9", "8.8.4.4:4"));
    assertThat(found).containsExactly(Endpoint.parse("8.8.4.4:4"));
  }

  private static byte[] message(String... added) {
    List<Added> all = new ArrayList<>();
    for (String each : added) {
      all.add(new Added(Endpoint.parse(each), 0));
    }
    return new PexMessage(all, List.of()).encode();
  }

  @Test
  void onePortOfAnAddressIsBelieved() throws Exception {
    dialled("8.8.8.1:1").received(message("7.7.7.7:22", "7.7.7.7:80", "7.7.7.8:80"));

    assertThat(found).containsExactly(Endpoint.parse("7.7.7.7:22"), Endpoint.parse("7.7.7.8:80"));
  }

  @Test
  void nobodyIsBelievedWithoutEnd() throws Exception {
    PeerExchange one = dialled("8.8.8.1:1");
    for (int i = 0; i < 30; i++) {
      String[] many = new String[200];
      for (int j = 0; j < many.length; j++) {
        many[j] = "7." + i + ".0." + j + ":1";
      }
      one.received(message(many));
      assertThat(found).hasSize(Math.min(500, 50 * (i + 1)));
      now += MINUTE;
    }
  }

  @Test
  void whoSaysMoreThanIsDueIsNotReadAndThenHasToGo() throws Exception {
    PeerExchange one = dialled("8.8.8.1:1");
    one.received(message("7.7.7.7:1"));
    for (int i = 0; i < 10; i++) {
      one.received(message("7.7.7.8:1"));
    }
    assertThat(found).hasSize(1);

    assertThatThrownBy(() -> one.received(message("7.7.7.8:1")))
        .isInstanceOfSatisfying(
            Misconduct.class, e -> assertThat(e.kind()).isEqualTo(Misconduct.Kind.FLOOD));
  }
}
