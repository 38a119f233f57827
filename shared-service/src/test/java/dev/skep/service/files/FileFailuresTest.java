package dev.skep.service.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFailuresTest {
  @TempDir private Path folder;

  @Test
  void aFileThatIsNotThereIsNamedWithItsReason() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Files.readString(missing))
        .isInstanceOfSatisfying(
            IOException.class,
            e ->
                assertThat(FileFailures.inWords(e))
                    .isEqualTo(missing + ": no such file or folder"));
    assertThat(FileFailures.inWords(new UncheckedIOException(new NoSuchFileException("a"))))
        .isEqualTo("a: no such file or folder");
  }

  @Test
  void whatTheSystemSaysIsPassedOnAndWhereItSaysNothingThatIsSaid() {
    assertThat(FileFailures.inWords(new FileSystemException("a", null, "No space left on device")))
        .isEqualTo("a: No space left on device");
    assertThat(FileFailures.inWords(new FileSystemException("a"))).isEqualTo("a: cannot be used");
    assertThat(FileFailures.inWords(new AccessDeniedException("a")))
        .isEqualTo("a: permission denied; check who may read and write it");
    assertThat(FileFailures.inWords(new IOException("in words"))).isEqualTo("in words");
  }
}
