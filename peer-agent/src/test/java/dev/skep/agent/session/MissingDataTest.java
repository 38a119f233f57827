package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.storage.DataCheck;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not there is not read, piece by piece, to find that out: a torrent may have millions. */
class MissingDataTest {
  private static final int PIECE = 16 * 1024;
  private static final TestData DATA =
      TestData.folder("some", PIECE)
          .with(List.of("whole"), 4 * PIECE)
          .with(List.of("cut"), 10 * PIECE)
          .with(List.of("gone"), 10 * PIECE)
          .with(List.of("other kind"), 10 * PIECE);

  @TempDir private Path temp;

  @Test
  void onlyPiecesThatAreThereAreRead() throws Exception {
    Path folder = DATA.writeTo(temp);
    try (var cut = new RandomAccessFile(folder.resolve("cut").toFile(), "rw")) {
      cut.setLength(3 * PIECE + 1);
    }
    Files.delete(folder.resolve("gone"));
    Files.delete(folder.resolve("other kind"));
    Files.createDirectory(folder.resolve("other kind"));
    var readBytes = new AtomicLong();

    DataCheck.Result result =
        DataCheck.run(
            DATA.metainfo(), folder, 2, bytes -> readBytes.accumulateAndGet(bytes, Math::max));

    assertThat(readBytes).hasValue(7 * PIECE);
    assertThat(result.good().cardinality()).isEqualTo(7);
    assertThat(result.files().stream().filter(DataCheck.FileResult::ok)).hasSize(1);
    assertThat(result.files().getLast().inTheWay().orElseThrow()).contains("is a folder");
  }
}
