package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Sha256;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.Reserved;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said first, and what is answered to questions that nothing is known of. */
@Timeout(60)
class GreetingTest {
  private static final TestData DATA = TestData.file("wanted.bin", 200_000, 64 * 1024);
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
