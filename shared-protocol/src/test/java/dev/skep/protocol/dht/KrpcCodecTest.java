package dev.skep.protocol.dht;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.peerwire.ProtocolException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KrpcCodecTest {
  private static final BString ONE = BString.of("aa");
  private static final NodeId SENDER = NodeId.of("abcdefghij0123456789".getBytes(ISO_8859_1));
  private static final InfoHash HASH = InfoHash.of("mnopqrstuvwxyz123456".getBytes(ISO_8859_1));

  private static final DhtItem SIGNED =
      new DhtItem.Mutable(ONE, ONE, 4, BString.of("Hello World!"), ONE);

  /** BEP 5's own. */
  @Test
  void aPingIsWrittenAsSpecified() {
    Krpc ping = new Krpc.Query(ONE, SENDER, false, new Krpc.Ping());

    assertThat(new String(KrpcCodec.encode(ping), ISO_8859_1))
        .isEqualTo("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe");
  }

  static Stream<Krpc> all() {
    Krpc.Want both = new Krpc.Want(true, true);
    List<DhtNode> nodes =
        List.of(
            new DhtNode(SENDER, Endpoint.of("1.2.3.4", 5)),
            new DhtNode(SENDER, Endpoint.of("2001:db8::1", 6)));
    List<Endpoint> peers = List.of(Endpoint.of("4.3.2.1", 9), Endpoint.of("2001:db8::2", 7));
    return Stream.of(
        new Krpc.Query(ONE, SENDER, true, new Krpc.Ping()),
        new Krpc.Query(ONE, SENDER, false, new Krpc.FindNode(NodeId.of(HASH), both)),
        new Krpc.Query(
            ONE, SENDER, false, new Krpc.GetPeers(HASH, true, new Krpc.Want(false, true))),
        new Krpc.Query(ONE, SENDER, false, new Krpc.Announce(HASH, 6881, true, ONE)),
        new Krpc.Query(ONE, SENDER, false, new Krpc.Announce(HASH, 0, false, ONE)),
        new Krpc.Query(ONE, SENDER, false, new Krpc.Unknown("vote")),
        new Krpc.Query(ONE, SENDER, false, new Krpc.Sample(NodeId.of(HASH), both)),
        new Krpc.Query(ONE, SENDER, false, new Krpc.GetItem(NodeId.of(HASH), both)),
        new Krpc.Query(ONE, SENDER, false, new Krpc.PutItem(SIGNED, OptionalLong.of(3), ONE)),
        new Krpc.Reply(
            ONE, SENDER, List.of(), List.of(), Optional.empty(), Krpc.NOTHING, Optional.empty()),
        new Krpc.Reply(
            ONE,
            SENDER,
            nodes,
            peers,
            Optional.of(ONE),
            new Krpc.Counts(new PeerFilter(), new PeerFilter()),
            Optional.empty()),
        new Krpc.Reply(
            ONE,
            SENDER,
            nodes,
            List.of(),
            Optional.empty(),
            new Krpc.Samples(60, 7, List.of(HASH, HASH)),
            Optional.empty()),
        new Krpc.Reply(
            ONE,
            SENDER,
            nodes,
            peers,
            Optional.of(ONE),
            new Krpc.Item(new DhtItem.Immutable(ONE)),
            Optional.of(Endpoint.of("9.9.9.9", 1))),
        new Krpc.Failure(ONE, 203, "wrong token"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsWrittenIsReadBackTheSame(Krpc message) throws Exception {
    assertThat(KrpcCodec.decode(KrpcCodec.encode(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "le",
        "de",
        "d1:t2:aa1:y1:xe",
        "d1:t2:aa1:y1:qe",
        "d1:ad2:id2:abe1:q4:ping1:t2:aa1:y1:qe",
        "d1:ad2:id20:abcdefghij0123456789e1:q9:get_peers1:t2:aa1:y1:qe",
        "d1:rd2:id3:abce1:t2:aa1:y1:re"
      })
  void whatIsNoMessageIsRefused(String text) {
    assertThatThrownBy(() -> KrpcCodec.decode(text.getBytes(ISO_8859_1)))
        .isInstanceOf(ProtocolException.class);
  }
}
