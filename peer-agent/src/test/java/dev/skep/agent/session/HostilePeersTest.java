package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers that lie, flood or dawdle cost their connection and nothing else. */
@Timeout(60)
class HostilePeersTest {
  private static final Reserved FAST = Reserved.NONE.withFast();
  private static final TestData DATA = TestData.file("wanted.bin", 2_000_000, 64 * 1024);
  private static final int PIECES = DATA.metainfo().layout().pieceCount();

  @TempDir private Path temp;
  private Hosts hosts;
  private Session session;
  private Transfer transfer;

  @BeforeEach
  void openLeecher() throws IOException {
    hosts = new Hosts(temp);
    session = hosts.open(2, b -> b.handshakeTimeout(Duration.ofMillis(300)));
    transfer = hosts.get(session, 2, DATA);
    await().until(() -> transfer.status().state() == TransferStatus.State.DOWNLOADING);
  }

  @AfterEach
  void closeHosts() {
    hosts.close();
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
  void aHandshakeThatDripsEndsTheConnection() throws Exception {
    try (RawPeer peer = RawPeer.connect("127.0.0.9", session.listening())) {
      peer.send(new byte[] {19, 'B', 'i'});
      peer.awaitEnd();
    }
    assertThatItWasCounted("handshake_timeout");
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
  void aSecondConnectionOfTheSameAddressIsFineButNotHundreds() throws Exception {
    Endpoint full = hosts.open(3, b -> b.maxConnections(5)).listening();
    for (int i = 0; i < 5; i++) {
      RawPeer.connect("127.0.0.9", full);
    }
    try (RawPeer sixth = RawPeer.connect("127.0.0.9", full)) {
      sixth.awaitEnd();
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
