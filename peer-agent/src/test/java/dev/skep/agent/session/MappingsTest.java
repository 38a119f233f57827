package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many mappings it takes to serve a large file. The system allows a process 65,530, and ends a
 * JVM that needs more.
 */
@Timeout(120)
class MappingsTest {
  private static final int PIECE = 4 << 20;
  private static final int PIECES = 257; // more than 1 GiB
  private static final String NAME = "sparse.img";
  private static final Path MAPS = Path.of("/proc/self/maps");

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    assumeTrue(Files.isReadable(MAPS), "the system does not tell what is mapped");
    hosts = new Hosts(temp);
  }

  @Test
  void aPeerThatAsksHereAndThereCostsFewMappings() throws Exception {
    Path file = temp.resolve(NAME);
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength((long) PIECE * PIECES);
    }
    Metainfo metainfo = zeros();
    Session session = hosts.open(1);
    Transfer transfer = session.add(metainfo, temp, TransferOptions.defaults().seeding(file));
    transfer.completed().get(100, TimeUnit.SECONDS);

    try (RawPeer peer =
        RawPeer.greet("127.0.0.9", session.listening(), metainfo.infoHash(), Reserved.NONE)) {
      peer.send(PeerMessage.INTERESTED);
      for (int i = 0; i < 200; i++) {
        int piece = i % 2 == 0 ? i : PIECES - 1;
        int offset = i * 16 * 1024;
        peer.send(new PeerMessage.Request(new BlockRef(piece, offset, 16 * 1024)));
        assertThat(peer.receiveBlock()).hasSize(16 * 1024).containsOnly(0);
      }
      assertThat(mappings()).isBetween(1L, 8L);
    }
    session.remove(transfer);
    await("unmapped without the collector").until(() -> mappings() == 0);
  }

  private static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines.filter(line -> line.endsWith(NAME)).count();
    }
  }

  private static Metainfo zeros() throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-1").digest(new byte[PIECE]);
    byte[] all = new byte[PIECES * hash.length];
    for (int i = 0; i < PIECES; i++) {
      System.arraycopy(hash, 0, all, i * hash.length, hash.length);
    }
    return Metainfo.parse(
        MetainfoBuilder.singleFile(NAME, (long) PIECE * PIECES)
            .pieceLength(PIECE)
            .pieceHashes(all)
            .build());
  }
}
