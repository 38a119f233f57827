package dev.skep.agent.storage;

import static java.nio.file.attribute.PosixFilePermission.GROUP_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Who may do what with a downloaded file. */
final class Permissions {
  private static final Logger LOG = System.getLogger(Permissions.class.getName());

  private Permissions() {}

  /**
   * Lets those run the file who may read it (BEP 47), where the file system knows of that. No more
   * than that: what a torrent brings runs with nobody else's rights.
   */
  static void makeExecutable(Path file) {
    try {
      if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
        return;
      }
      Set<PosixFilePermission> before = Files.getPosixFilePermissions(file);
      Set<PosixFilePermission> all = EnumSet.noneOf(PosixFilePermission.class);
      all.addAll(before);
      addIf(all, OWNER_READ, OWNER_EXECUTE);
      addIf(all, GROUP_READ, GROUP_EXECUTE);
      addIf(all, OTHERS_READ, OTHERS_EXECUTE);
      if (!all.equals(before)) {
        Files.setPosixFilePermissions(file, all);
      }
    } catch (IOException e) {
      // The data is right; many a file system says that it knows of rights, and does not.
      LOG.log(Level.DEBUG, "{0} cannot be made executable: {1}", file, e.toString());
    }
  }

  private static void addIf(
      Set<PosixFilePermission> all, PosixFilePermission reads, PosixFilePermission runs) {
    if (all.contains(reads)) {
      all.add(runs);
    }
  }
}
