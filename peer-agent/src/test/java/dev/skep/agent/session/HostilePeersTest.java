package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Peers that lie, flood or dawdle cost their connection and nothing else. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class HostilePeersTest {
  private static final Reserved FAST = Reserved.NONE.withFast();
  private static final TestData DATA = TestData.file("wanted.bin", 2_000_000, 64 * 1024);
  private static final int PIECES = DATA.metainfo().layout().pieceCount();

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;
  private Session session;
  private Transfer transfer;

  @BeforeEach
  void openLeecher() throws IOException {
    hosts = new Hosts(temp);
    session = hosts.open(2);
    transfer = hosts.get(session, 2, DATA);
    await().until(() -> transfer.status().state() == TransferStatus.State.DOWNLOADING);
  }

  private RawPeer greet() throws IOException {
    return RawPeer.greet("127.0.0.9", session.listening(), DATA.metainfo().infoHash(), FAST);
  }

  private void assertThatItWasCounted(String reason) {
    await().untilAsserted(() -> assertThat(session.drops()).containsEntry(reason, 1L));
  }

  /** The transfer still works with an honest peer. */
  private void assertThatItStillFinishes() throws Exception {
    transfer.addPeer(hosts.seed(DATA));
    transfer.completed().get(30, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void aPeerWhoseBlocksAreWrongIsBannedAndTheDownloadIsRight() throws Exception {
    try (RawPeer liar = greet()) {
      liar.send(PeerMessage.HAVE_ALL);
      liar.send(PeerMessage.UNCHOKE);
      Thread.ofVirtual().start(() -> answerWithZeros(liar));
      await().until(() -> transfer.status().downloadedBytes() >= 64 * 1024);
      liar.awaitEnd();

      assertThatItWasCounted("corrupt_data");
      assertThatItStillFinishes();
      assertThat(transfer.status().wastedBytes()).isGreaterThanOrEqualTo(64 * 1024);
    }
  }

  @Test
  void anAddressFromWhichThreeClientsOffendedIsRefused() throws Exception {
    TestData other = TestData.file("other.bin", 100_000, 16 * 1024);
    Session inPublic = hosts.open(3, s -> s.localNetwork = _ -> false);
    Transfer first = hosts.get(inPublic, 3, DATA);
    Transfer second = hosts.get(inPublic, 3, other);
    await().until(() -> first.live().isPresent() && second.live().isPresent());
    Endpoint victim = inPublic.listening();
    try (RawPeer liar = RawPeer.greet("127.0.0.9", victim, DATA.metainfo().infoHash(), FAST)) {
      liar.send(PeerMessage.HAVE_ALL);
      liar.send(PeerMessage.UNCHOKE);
      answerWithZeros(liar);
    }
    await().until(() -> inPublic.drops().containsKey("corrupt_data"));
    for (int i = 1; i <= 2; i++) {
      long offences = i;
      try (RawPeer peer = RawPeer.greet("127.0.0.9", victim, other.metainfo().infoHash(), FAST)) {
        peer.send(new PeerMessage.Bits(new byte[] {-1}));
        peer.awaitEnd();
      }
      await()
          .until(() -> inPublic.drops().getOrDefault("misconduct_bitfield_wrong", 0L) == offences);
    }

    await("it is refused at the door").until(() -> isRefused("127.0.0.9", inPublic));
    try (RawPeer innocent = RawPeer.connect("127.0.0.10", victim)) {
      assertThat(innocent.staysOpen(Duration.ofMillis(200))).isTrue();
    }
  }

  /** The ban stands a moment after the offence was counted. */
  private static boolean isRefused(String address, Session by) throws IOException {
    try (RawPeer again = RawPeer.connect(address, by.listening())) {
      again.staysOpen(Duration.ofMillis(100));
    } catch (SocketException e) {
      // reset is an end too
    }
    return by.drops().containsKey("refused_banned");
  }

  @Test
  void whatALaterExtensionHandshakeDoesNotNameStaysAsItWas() throws Exception {
    Reserved extended = FAST.withExtended();
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", session.listening(), DATA.metainfo().infoHash(), extended)) {
      peer.send(PeerMessage.HAVE_NONE);
      for (String handshake : List.of("d11:upload_onlyi1ee", "d1:v4:Teste")) {
        peer.send(new PeerMessage.Extended(0, handshake.getBytes(StandardCharsets.US_ASCII)));
      }
      await()
          .until(() -> transfer.status().peers().stream().anyMatch(p -> p.client().equals("Test")));

      assertThatItStillFinishes();

      // Neither of us wants anything now.
      peer.awaitEnd();
      await().until(() -> session.drops().containsKey("nothing_to_do"));
    }
  }

  private static void answerWithZeros(RawPeer liar) {
    try {
      while (true) {
        if (liar.receive(PIECES) instanceof PeerMessage.Request(BlockRef block)) {
          liar.sendBlock(block.piece(), block.offset(), new byte[block.lengthBytes()]);
        }
      }
    } catch (IOException | ProtocolException e) {
      // dropped, as it should be
    }
  }

  @Test
  void aBitfieldOfTheWrongLengthEndsTheConnection() throws Exception {
    try (RawPeer peer = greet()) {
      peer.send(new PeerMessage.Bits(new byte[1]));
      peer.awaitEnd();
    }
    assertThatItWasCounted("misconduct_bitfield_wrong");
    assertThatItStillFinishes();
  }

  @Test
  void aMessageLongerThanItsTypeAllowsEndsTheConnection() throws Exception {
    try (RawPeer peer = greet()) {
      peer.send(new byte[] {0x7f, 0, 0, 0, 20});
      peer.awaitEnd();
    }
    assertThatItWasCounted("misconduct");
  }

  @Test
  void aRequestForMoreThanABlockMayBeEndsTheConnection() throws Exception {
    try (RawPeer peer = greet()) {
      peer.send(PeerMessage.HAVE_NONE);
      peer.send(PeerMessage.INTERESTED);
      peer.send(new PeerMessage.Request(new BlockRef(0, 0, 1 << 20)));
      peer.awaitEnd();
    }
    assertThatItWasCounted("misconduct");
  }

  @Test
  void blocksThatNobodyAskedForEndTheConnection() throws Exception {
    try (RawPeer peer = greet()) {
      peer.send(PeerMessage.HAVE_NONE);
      for (int i = 0; i < 200; i++) {
        peer.sendBlock(i % PIECES, 0, new byte[16 * 1024]);
      }
      peer.awaitEnd();
    } catch (IOException e) {
      // it was dropped while it sent
    }
    assertThatItWasCounted("unrequested_blocks");
    assertThatItStillFinishes();
  }

  @Test
  void aFloodOfHavesEndsTheConnection() throws Exception {
    try (RawPeer peer = greet()) {
      while (true) {
        peer.send(new PeerMessage.Have(3));
      }
    } catch (IOException e) {
      // it was dropped while it sent
    }
    assertThatItWasCounted("misconduct_flood");
    assertThatItStillFinishes();
  }

  @Test
  void aHandshakeThatDripsEndsTheConnection() throws Exception {
    byte[] hello = "\u0013BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);
    Session hurried = hosts.open(3, s -> s.handshakeTimeout = Duration.ofMillis(300));
    hosts.get(hurried, 3, DATA);
    try (RawPeer peer = RawPeer.connect("127.0.0.9", hurried.listening())) {
      for (int i = 0; i < hello.length; i++) {
        peer.send(new byte[] {hello[i]});
        TimeUnit.MILLISECONDS.sleep(50); // a tick of the drip: the timeout is 300 ms
      }
      peer.awaitEnd();
    } catch (IOException e) {
      // it was dropped while it sent
    }
    await().untilAsserted(() -> assertThat(hurried.drops()).containsKey("handshake_timeout"));
  }

  @Test
  void aStrangerWhoIsNoPeerIsRefusedAtItsFirstByte() throws Exception {
    try (RawPeer peer = RawPeer.connect("127.0.0.9", session.listening())) {
      peer.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      peer.awaitEnd();
    }
    assertThatItWasCounted("handshake_invalid");
  }

  @Test
  void aPeerMaySumUpWhatItHasInALaterBitfield() throws Exception {
    try (RawPeer peer = greet()) {
      peer.send(PeerMessage.HAVE_NONE);
      peer.send(new PeerMessage.Have(3));
      byte[] bits = new byte[(PIECES + 7) / 8];
      bits[0] = (byte) 0b11110000;
      peer.send(new PeerMessage.Bits(bits));
      await()
          .until(
              () ->
                  transfer.status().peers().stream()
                      .anyMatch(p -> Math.round(p.progress() * PIECES) == 4));
      peer.send(PeerMessage.HAVE_ALL);
      await().until(() -> transfer.status().peers().stream().anyMatch(p -> p.progress() == 1));
    }
  }

  @Test
  void oneAddressHasSomeConnectionsAndOthersAreStillWelcome() throws Exception {
    // 32 times as many for an address of the local network.
    Endpoint victim = hosts.open(3, s -> s.maxConnectionsPerAddress = 1).listening();
    List<RawPeer> crowd = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      crowd.add(RawPeer.connect("127.0.0.9", victim));
    }
    try (RawPeer oneMore = RawPeer.connect("127.0.0.9", victim)) {
      oneMore.awaitEnd();
    }
    try (RawPeer other = RawPeer.connect("127.0.0.10", victim)) {
      assertThat(other.staysOpen(Duration.ofMillis(200))).isTrue();
    }
    for (RawPeer peer : crowd) {
      peer.close();
    }
  }

  @Test
  void connectionsAreBoundedInAll() throws Exception {
    Session full = hosts.open(3, s -> s.maxConnections = 5);
    List<RawPeer> crowd = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      crowd.add(RawPeer.connect("127.0.0." + (20 + i), full.listening()));
    }
    try (RawPeer sixth = RawPeer.connect("127.0.0.9", full.listening())) {
      sixth.awaitEnd();
    }
    assertThat(full.drops()).containsEntry("refused_full", 1L);
    for (RawPeer peer : crowd) {
      peer.close();
    }
  }

  @Test
  void dialsThatHangAreBoundedAndMakeRoomInTheEnd() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      Session dialling =
          hosts.open(
              3,
              s -> {
                s.maxHalfOpen = 2;
                s.handshakeTimeout = Duration.ofMillis(1500);
              });
      Endpoint[] peers = new Endpoint[4];
      for (int i = 0; i < peers.length; i++) {
        peers[i] = Endpoint.of("127.0.0." + (30 + i), silent.getLocalPort());
      }
      Queue<Socket> dialled = new ConcurrentLinkedQueue<>();
      Thread.ofVirtual().start(() -> acceptAndSayNothing(silent, dialled));

      hosts.get(dialling, 3, DATA, peers);

      await().pollInterval(Duration.ofMillis(10)).until(() -> dialled.size() == 2);
      await().during(Duration.ofMillis(200)).until(() -> dialled.size() == 2);
      await().until(() -> dialled.size() >= peers.length);
      for (Socket each : dialled) {
        each.close();
      }
    }
  }

  private static void acceptAndSayNothing(ServerSocket silent, Queue<Socket> accepted) {
    try {
      while (true) {
        accepted.add(silent.accept());
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  @Test
  void aPeerThatSendsNothingButBytesOneByOneIsUnderstood() throws Exception {
    try (RawPeer peer = greet()) {
      for (byte b : new byte[] {0, 0, 0, 1, 15, 0, 0, 0, 1, 2, 0, 0, 0, 0}) {
        peer.send(new byte[] {b});
      }
      await()
          .until(
              () ->
                  transfer.status().peers().stream()
                      .anyMatch(p -> p.flags().contains("u") || p.flags().contains("U")));
    }
  }
}
