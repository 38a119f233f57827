package dev.skep.tracker.persistence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.service.files.WholeFile;
import dev.skep.tracker.rollout.KnownHost;
import dev.skep.tracker.rollout.SavedRollout;
import dev.skep.tracker.system.InWords;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Rollouts on the disk, each a sealed file that is named by its id, and the machines that were
 * heard of, all in one. Each is written whole or not at all.
 */
final class RolloutFiles {
  private static final String DAMAGED = ".damaged";
  private static final String ID = "[0-9a-f]{12}";

  private final Path folder;
  private final Path hosts;

  RolloutFiles(Path folder, Path hosts) {
    this.folder = folder;
    this.hosts = hosts;
  }

  /** Adds or replaces one. On the disk when this returns. */
  void put(SavedRollout rollout) throws IOException {
    byte[] subject = rollout.id().getBytes(US_ASCII);
    WholeFile.write(
        folder.resolve(rollout.id()),
        Seal.close(Seal.Kind.ROLLOUT_FILE, subject, RolloutEntry.encode(rollout)));
  }

  void remove(String id) throws IOException {
    WholeFile.delete(folder.resolve(id));
  }

  void putHosts(List<KnownHost> all) throws IOException {
    WholeFile.write(
        hosts, Seal.close(Seal.Kind.HOSTS_FILE, Seal.NO_SUBJECT, RolloutEntry.encode(all)));
  }

  /**
   * All rollouts. A damaged file is set aside under another name; what an interrupted write left is
   * removed.
   *
   * @param problems takes a line for each that is left out
   */
  List<SavedRollout> readAll(List<String> problems) throws IOException {
    var rollouts = new ArrayList<SavedRollout>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path path : files) {
        String name = path.getFileName().toString();
        if (WholeFile.isUnfinished(path)) {
          Files.delete(path);
        } else if (name.matches(ID)) {
          read(path, name, rollouts, problems);
        }
      }
    }
    return List.copyOf(rollouts);
  }

  private static void read(
      Path path, String id, List<SavedRollout> rollouts, List<String> problems) {
    try {
      try {
        byte[] content =
            Seal.open(Seal.Kind.ROLLOUT_FILE, id.getBytes(US_ASCII), Files.readAllBytes(path));
        rollouts.add(RolloutEntry.decode(id, content));
      } catch (DamagedStoreException _) {
        problems.add("a rollout is damaged and set aside as " + setAside(path));
      }
    } catch (IOException e) {
      problems.add("a rollout cannot be read: " + InWords.of(e));
    }
  }

  /** The machines that were heard of; none where the file is missing or damaged. */
  List<KnownHost> readHosts(List<String> problems) throws IOException {
    if (!Files.exists(hosts)) {
      return List.of();
    }
    try {
      return RolloutEntry.decodeHosts(
          Seal.open(Seal.Kind.HOSTS_FILE, Seal.NO_SUBJECT, Files.readAllBytes(hosts)));
    } catch (DamagedStoreException _) {
      problems.add("the known hosts are damaged and set aside as " + setAside(hosts));
      return List.of();
    }
  }

  private static Path setAside(Path path) throws IOException {
    return Files.move(
        path,
        path.resolveSibling(path.getFileName() + DAMAGED),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
