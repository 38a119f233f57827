package dev.skep.agent.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A torrent's symbolic link where there can be none. */
class SymbolicLinkTest {
  @TempDir private Path temp;

  @Test
  void aFileSystemWithoutLinksIsNamedAsTheReason() throws Exception {
    try (FileSystem zip =
        FileSystems.newFileSystem(temp.resolve("x.zip"), Map.of("create", "true"))) {
      Path root = zip.getPath("/torrent");
      Path at = root.resolve("link");
      DataFile file = new DataFile(new Folders(root), at, () -> at, false, 0, 0, false);

      assertThatThrownBy(new SymbolicLink(root, file, List.of("target"), false)::make)
          .isInstanceOf(IOException.class)
          .hasMessage("the file system has no symbolic links");
    }
  }
}
