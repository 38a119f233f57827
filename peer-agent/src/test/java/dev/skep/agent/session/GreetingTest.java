package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Sha256;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.Reserved;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said first, and what is answered to questions that nothing is known of. */
@Timeout(60)
class GreetingTest {
  private static final TestData DATA = TestData.file("wanted.bin", 200_000, 64 * 1024);
  private static final int PIECE = 256 * 1024;
  private static final int PIECES = DATA.metainfo().layout().pieceCount();
  private static final Reserved EXTENDED = Reserved.NONE.withFast().withExtended();

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  @Test
  void theExtensionHandshakeFollowsTheBitfield() throws Exception {
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", hosts.seed(DATA), DATA.metainfo().infoHash(), EXTENDED)) {
      peer.send(PeerMessage.HAVE_NONE);
      peer.send(PeerMessage.INTERESTED);

      assertThat(peer.receive(PIECES)).isEqualTo(PeerMessage.HAVE_ALL);
      assertThat(peer.receive(PIECES))
          .isInstanceOfSatisfying(
              PeerMessage.Extended.class,
              first -> {
                assertThat(first.id()).isZero();
                assertThat(new String(first.payload(), StandardCharsets.US_ASCII))
                    .contains("11:upload_onlyi2e");
              });
      assertThat(peer.receive(PIECES)).isEqualTo(PeerMessage.UNCHOKE);
    }
  }

  @ParameterizedTest(name = "reqq {0}: {1} to {2}")
  @CsvSource({"0, 250, 250", "40, 40, 40", "600, 251, 600"})
  void aPeerIsAskedForNoMoreThanItAllowsAndForALittleIfItSaysNothing(int reqq, int from, int to)
      throws Exception {
    TestData large = TestData.file("large.bin", 40 << 20, PIECE);
    byte[] bytes = large.files().getFirst().bytes();
    Session leecher = hosts.open(2);
    hosts.get(leecher, 2, large);
    int pieces = large.metainfo().layout().pieceCount();
    await().until(() -> leecher.transfers().getFirst().status().state() == State.DOWNLOADING);
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", leecher.listening(), large.metainfo().infoHash(), EXTENDED)) {
      String handshake =
          "d1:md11:lt_donthavei9ee" + (reqq == 0 ? "" : "4:reqqi" + reqq + "e") + "e";
      peer.send(PeerMessage.HAVE_ALL);
      peer.send(new PeerMessage.Extended(0, handshake.getBytes(StandardCharsets.US_ASCII)));
      peer.send(PeerMessage.UNCHOKE);

      // A peer far away: all answers come together, so that twice as many are asked for each time.
      int most = 0;
      // On a busy machine a round may end in the middle of what is asked: then there are more.
      for (int round = 0; round < 8 || (round < 16 && most < from); round++) {
        List<BlockRef> asked = new ArrayList<>();
        while (!peer.isSilent(Duration.ofMillis(200))) {
          if (peer.receive(pieces) instanceof PeerMessage.Request(BlockRef block)) {
            asked.add(block);
          }
        }
        most = Math.max(most, asked.size());
        for (BlockRef block : asked) {
          int at = block.piece() * PIECE + block.offset();
          byte[] body = Arrays.copyOfRange(bytes, at, at + block.lengthBytes());
          peer.sendBlock(block.piece(), block.offset(), body);
        }
      }
      assertThat(most).isBetween(from, to);
    }
  }

  @Test
  void hashesThatAreAskedForAreRefused() throws Exception {
    HashRange range = new HashRange(Sha256.of(new byte[32]), 0, 0, 2, 0);
    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", hosts.seed(DATA), DATA.metainfo().infoHash(), Reserved.NONE)) {
      peer.send(new PeerMessage.HashRequest(range));

      List<PeerMessage> said = new ArrayList<>();
      while (said.stream().noneMatch(new PeerMessage.HashReject(range)::equals)) {
        said.add(peer.receive(PIECES));
      }
    }
  }
}
