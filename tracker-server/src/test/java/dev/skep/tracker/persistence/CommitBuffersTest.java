package dev.skep.tracker.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitBuffersTest {
  private static final int COMMITS = 100;
  private static final int IMAGES = 10;
  private static final int IMAGE_BYTES = 32 << 10;

  @TempDir private Path folder;

  /** Of 32 MB that are written, those of the last commits at most stay beside the heap. */
  @Test
  void whatWasCommittedIsGivenBack() throws IOException {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    try (TrackerStore store = TrackerStore.begin(folder.resolve("store"))) {
      store.putSwarms(images(), () -> {});
      long before = direct.getMemoryUsed();
      for (int i = 0; i < COMMITS; i++) {
        store.putSwarms(images(), () -> {});
      }
      assertThat(direct.getMemoryUsed() - before).isLessThan(2 * IMAGES * IMAGE_BYTES);
    }
  }

  private static Map<InfoHash, byte[]> images() {
    var images = new HashMap<InfoHash, byte[]>();
    for (int i = 0; i < IMAGES; i++) {
      images.put(SavedState.hash(i), new byte[Seal.ROOM + IMAGE_BYTES]);
    }
    return images;
  }
}
