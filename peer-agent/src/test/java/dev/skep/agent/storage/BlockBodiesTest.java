package dev.skep.agent.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.storage.BlockBodies.Range;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the bytes come from that are sent. */
@Timeout(60)
class BlockBodiesTest {
  private static final int BLOCK = BlockBodies.MOST_BYTES;
  private static final int LARGE = 3 << 20;
  private static final int PIECE = 64 * 1024;
  private static final int MEMORY = 64 * BLOCK;

  @TempDir private Path temp;
  @AutoClose private final OpenFiles open = new OpenFiles(2, 1);
  @AutoClose private final DiskWorkers workers = new DiskWorkers(1);
  private final BlockMemory memory = new BlockMemory(MEMORY);
  private byte[] all = new byte[0];
  private DataFiles files;
  private BlockBodies bodies;

  @BeforeEach
  void twoLargeFilesAndManySmallOnes() throws Exception {
    MetainfoBuilder builder = MetainfoBuilder.folder("t");
    int total = 0;
    List<Integer> lengths = new ArrayList<>(List.of(LARGE, LARGE));
    for (int i = 0; i < 40; i++) {
      lengths.add(i * 1000);
    }
    Random random = new Random(5);
    Files.createDirectory(temp.resolve("t"));
    for (int i = 0; i < lengths.size(); i++) {
      byte[] bytes = new byte[lengths.get(i)];
      random.nextBytes(bytes);
      Files.write(temp.resolve("t").resolve("f" + i), bytes);
      builder.file(List.of("f" + i), bytes.length);
      all = Arrays.copyOf(all, total + bytes.length);
      System.arraycopy(bytes, 0, all, total, bytes.length);
      total += bytes.length;
    }
    byte[] anyHashes = new byte[20 * Math.ceilDiv(total, PIECE)];
    Metainfo metainfo = Metainfo.parse(builder.pieceLength(PIECE).pieceHashes(anyHashes).build());
    files = new DataFiles(metainfo, temp.resolve("t"), open);
    bodies = new BlockBodies(files, memory, workers, false);
  }

  /** As a socket would: only the system reads what may be mapped. */
  private byte[] fetch(List<Range> ranges) throws IOException {
    Path sink = temp.resolve("sink");
    try (WritableByteChannel out =
        FileChannel.open(
            sink,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (int done = 0; done < ranges.size(); ) {
        List<ByteBuffer> got = new ArrayList<>();
        int next = bodies.fetch(ranges, done, got);
        assertThat(next - done).isPositive().isEqualTo(got.size());
        done = next;
        for (ByteBuffer each : got) {
          out.write(each);
        }
        bodies.release();
      }
    }
    return Files.readAllBytes(sink);
  }

  private byte[] expected(List<Range> ranges) {
    ByteBuffer bytes = ByteBuffer.allocate(ranges.stream().mapToInt(Range::lengthBytes).sum());
    for (Range range : ranges) {
      bytes.put(all, (int) range.offsetBytes(), range.lengthBytes());
    }
    return bytes.array();
  }

  @Test
  void theBytesAreTheTorrentsWhereverTheyLie() throws Exception {
    Random random = new Random(7);
    for (int turn = 0; turn < 100; turn++) {
      List<Range> ranges = new ArrayList<>();
      int at = random.nextInt(all.length - 20 * BLOCK);
      for (int i = 0; i < 1 + random.nextInt(100); i++) {
        at =
            random.nextInt(4) > 0 && at + 2 * BLOCK < all.length
                ? at
                : random.nextInt(all.length - BLOCK);
        int length = 1 + random.nextInt(BLOCK);
        ranges.add(new Range(at, length));
        at = Math.min(at + length, all.length - BLOCK);
      }
      assertThat(fetch(ranges)).as("turn %d", turn).isEqualTo(expected(ranges));
      assertThat(open.mappedCount()).isLessThanOrEqualTo(1);
    }
    assertThat(memory.availableSlots()).isEqualTo(MEMORY / BLOCK);
  }

  @Test
  void whatWasReadOnceIsThenSentFromWhereItIsMapped() throws Exception {
    List<Range> ranges = List.of(new Range(BLOCK, BLOCK));
    fetch(ranges);
    assertThat(open.mappedCount()).isEqualTo(1);

    List<ByteBuffer> got = new ArrayList<>();
    bodies.fetch(ranges, 0, got);

    assertThat(memory.availableSlots()).isEqualTo(MEMORY / BLOCK);
    bodies.release();
  }

  @Test
  void aMappingEndsWhenItsLastSenderIsDone() throws Exception {
    List<Range> ranges = List.of(new Range(BLOCK, BLOCK));
    fetch(ranges);
    bodies.fetch(ranges, 0, new ArrayList<>());

    files.close();
    assertThat(open.mappedCount()).isEqualTo(1);

    bodies.release();
    assertThat(open.mappedCount()).isZero();
  }

  @Test
  void aFileThatIsCutWhileItIsMappedCannotBeRead() throws Exception {
    List<Range> ranges = List.of(new Range(LARGE - 2 * BLOCK, BLOCK));
    fetch(ranges);
    assertThat(open.mappedCount()).isEqualTo(1);
    try (FileChannel cut =
        FileChannel.open(temp.resolve("t").resolve("f0"), StandardOpenOption.WRITE)) {
      cut.truncate(BLOCK);
    }

    // Known to be in memory just now: then the system refuses to send it.
    assertThatThrownBy(() -> fetch(ranges)).isInstanceOf(IOException.class);
    bodies.release();
    files.close();
    assertThatThrownBy(() -> fetch(ranges)).isInstanceOf(EOFException.class);
  }

  @Test
  void whatIsReadForCodeStaysWhateverBecomesOfTheFile() throws Exception {
    List<Range> ranges = List.of(new Range(LARGE - 2 * BLOCK, BLOCK));
    fetch(ranges); // mapped from now on, for those who only send it
    BlockBodies copied = new BlockBodies(files, memory, workers, true);
    List<ByteBuffer> got = new ArrayList<>();
    copied.fetch(ranges, 0, got);
    try (FileChannel cut =
        FileChannel.open(temp.resolve("t").resolve("f0"), StandardOpenOption.WRITE)) {
      cut.truncate(BLOCK);
    }

    byte[] bytes = new byte[BLOCK];
    got.getFirst().get(bytes);

    assertThat(bytes).isEqualTo(expected(ranges));
    copied.release();
    assertThat(memory.availableSlots()).isEqualTo(MEMORY / BLOCK);
  }

  @Test
  void aFewSlotsAreEnoughForAnyTurn() throws Exception {
    for (int i = 0; i < MEMORY / BLOCK - 1; i++) {
      assertThat(memory.tryTake()).isNotNull();
    }
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ranges.add(new Range(2L * LARGE + 5L * i * BLOCK, BLOCK));
    }
    assertThat(fetch(ranges)).isEqualTo(expected(ranges));
    assertThat(memory.availableSlots()).isEqualTo(1);
  }
}
