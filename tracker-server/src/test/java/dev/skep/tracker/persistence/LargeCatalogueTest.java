package dev.skep.tracker.persistence;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.Publication;
import dev.skep.tracker.catalogue.RegistrationException;
import dev.skep.tracker.catalogue.StoredMetainfo;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many large .torrent files: as many as the limit has room for, and each of them whole. */
class LargeCatalogueTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final InstantSource CLOCK = () -> SavedState.NOW;

  @TempDir private Path temp;

  @Test
  void uploadsEndAtTheLimitAndAllAreThereAfterwards() throws Exception {
    upload(60, 256 << 10, 8 << 20);
  }

  @Tag("full")
  @Test
  void aThousandUploadsOfTenMebibytesEndAtTheLimitAndAllAreThereAfterwards() throws Exception {
    upload(1000, 10 << 20, 2L << 30);
  }

  private void upload(int uploads, int bytes, long limit) throws Exception {
    List<InfoHash> accepted = new ArrayList<>();
    long room = limit / bytes;
    try (Persistence persistence = Persistence.open(temp, LIMIT)) {
      Catalogue catalogue = catalogue(persistence, limit);
      SwarmStore swarms = SavedState.emptySwarms();
      try (var _ = Saver.start(persistence, swarms, Duration.ofMillis(50), CLOCK)) {
        for (int n = 0; n < uploads; n++) {
          byte[] file = torrentFile(n, bytes);
          SavedState.announce(swarms, n, 10);
          if (accepted.size() < room) {
            accepted.add(register(catalogue, file, n));
          } else {
            int over = n;
            assertThatThrownBy(() -> register(catalogue, file, over))
                .isInstanceOf(RegistrationException.class)
                .hasMessageContaining("raise skep.limit.catalogue");
          }
        }
      }
      assertThat(catalogue.metainfoBytes()).isEqualTo(room * bytes);
      assertThat(catalogue.refused().bytes().sum()).isEqualTo(uploads - room);
      assertThat(bytesOnDisk()).isBetween(room * bytes, room * bytes + (4L << 20));
      register(catalogue, torrentFile(0, bytes), 0);
      assertThat(catalogue.remove(accepted.removeLast())).isTrue();
      accepted.add(register(catalogue, torrentFile(uploads, bytes), uploads));
    }
    try (Persistence persistence = Persistence.open(temp, LIMIT)) {
      Catalogue catalogue = catalogue(persistence, limit);
      assertThat(persistence.damage()).isEmpty();
      assertThat(catalogue.metainfoBytes()).isEqualTo(room * bytes);
      for (int i = 0; i < accepted.size(); i++) {
        int n = i == accepted.size() - 1 ? uploads : i;
        StoredMetainfo file = catalogue.openMetainfo(accepted.get(i)).orElseThrow();
        assertThat(file.bytes()).isEqualTo(bytes);
        assertThat(Arrays.equals(file.content().readAllBytes(), torrentFile(n, bytes))).isTrue();
      }
    }
  }

  private static Catalogue catalogue(Persistence persistence, long limit) throws IOException {
    var catalogue =
        new Catalogue(persistence, new Catalogue.Limits(100_000, 64 << 20, limit), CLOCK);
    Restored restored = persistence.restore(SavedState.emptySwarms(), SavedState.NOW);
    catalogue.restore(restored.torrents(), restored.history());
    return catalogue;
  }

  private static InfoHash register(Catalogue catalogue, byte[] file, int n)
      throws MetainfoException, RegistrationException, IOException {
    Publication now = Publication.at(catalogue.now());
    return catalogue.register(Metainfo.parse(file), file, "torrent " + n, now).infoHash();
  }

  /** A .torrent file of exactly so many bytes. */
  private static byte[] torrentFile(int n, int bytes) {
    int pieces = (bytes - 200) / 20;
    String head =
        "d4:infod6:lengthi%de4:name7:n%06d12:piece lengthi16384e6:pieces%d:"
            .formatted(pieces * 16384L, n, pieces * 20);
    int rest = bytes - head.length() - pieces * 20;
    // The rest is a value of three digits' length, outside of what the info-hash is of.
    String filler = "e1:z" + (rest - "e1:z100:e".length()) + ":";
    var file = ByteBuffer.allocate(bytes);
    file.put(head.getBytes(US_ASCII)).putInt(n).position(head.length() + pieces * 20);
    file.put(filler.getBytes(US_ASCII));
    return file.put(bytes - 1, (byte) 'e').array();
  }

  private long bytesOnDisk() throws IOException {
    try (Stream<Path> files = Files.walk(temp)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
