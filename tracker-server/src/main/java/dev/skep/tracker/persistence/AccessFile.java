package dev.skep.tracker.persistence;

import dev.skep.service.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Access lists and passkeys on the disk: one sealed file, which is there from the first start on,
 * so that one that is missing is known to be lost. Its content is 1 if the lists are confirmed, or
 * 0, then the lists.
 */
final class AccessFile {
  private final Path file;

  AccessFile(Path file) {
    this.file = file;
  }

  /** Replaces the lists. On the disk when this returns. */
  void put(SavedAccess access) throws IOException {
    byte[] content = new byte[1 + access.lists().length];
    content[0] = (byte) (access.confirmed() ? 1 : 0);
    System.arraycopy(access.lists(), 0, content, 1, access.lists().length);
    WholeFile.write(file, Seal.close(Seal.Kind.ACCESS_FILE, Seal.NO_SUBJECT, content));
  }

  boolean exists() {
    return Files.exists(file);
  }

  /** Gives a damaged file another name, under which it can be looked at. */
  Path setAside() throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    return Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The lists, if the file is there.
   *
   * @throws DamagedStoreException if it is not what was written
   */
  Optional<SavedAccess> read() throws DamagedStoreException, IOException {
    if (!exists()) {
      return Optional.empty();
    }
    byte[] content = Seal.open(Seal.Kind.ACCESS_FILE, Seal.NO_SUBJECT, Files.readAllBytes(file));
    if (content.length == 0) {
      throw new DamagedStoreException("empty access lists");
    }
    byte[] lists = Arrays.copyOfRange(content, 1, content.length);
    return Optional.of(new SavedAccess(lists, content[0] == 1));
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
