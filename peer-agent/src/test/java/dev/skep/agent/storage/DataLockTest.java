package dev.skep.agent.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLockTest {
  @TempDir private Path temp;

  @Test
  void itIsHeldUntilItIsGivenBackWhateverTheCollectorDoes() throws Exception {
    DataLock one = new DataLock(new InfoHash(1, 2, 3), temp.resolve("data"));
    DataLock other = new DataLock(new InfoHash(1, 2, 3), temp.resolve("data"));
    one.take();
    System.gc();

    assertThatThrownBy(other::take).isInstanceOf(DataLock.InUse.class);
    one.release();
    other.take();
    assertThat(one.holder()).isPresent();
    other.release();
    assertThat(temp).isEmptyDirectory();
  }
}
