package dev.skep.agent.library;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.DecodeOptions;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.service.files.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which the service keeps its torrents: for each a {@code HASH.record}, and a {@code
 * HASH.torrent} that is written once and before it. Every file is replaced whole; what cannot be
 * trusted is set aside in {@code set-aside}, told, and never fatal. One process uses it at a time.
 */
public final class Library implements AutoCloseable {
  private static final Pattern OURS =
      Pattern.compile("([0-9a-f]{40})\\.(record|torrent)(\\" + WholeFile.UNFINISHED + ")?");

  private static final String RECORD = ".record";
  private static final String TORRENT = ".torrent";
  private static final long MAX_RECORD_BYTES = 16L << 20;

  /**
   * A torrent as it was left.
   *
   * @param metainfo there unless the record has a magnet link
   */
  public record Stored(TorrentRecord record, Optional<Metainfo> metainfo) {}

  private final Path folder;
  private final Path torrents;
  private final FileChannel lock;
  private final Consumer<String> told;

  private Library(Path folder, FileChannel lock, Consumer<String> told) {
    this.folder = folder;
    this.torrents = folder.resolve("torrents");
    this.lock = lock;
    this.told = told;
  }

  /**
   * Opens the library in a folder, which is made if it is missing.
   *
   * @param told hears in one line what was set aside, and why
   * @throws IOException if it cannot be used, or another process uses it; the message says so
   */
  public static Library open(Path folder, Consumer<String> told) throws IOException {
    Path place = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(place);
      makePrivate(place.resolve("torrents"));
    } catch (FileAlreadyExistsException e) {
      throw new IOException(e.getFile() + " is not a folder; name another with --data", e);
    }
    return new Library(place, lock(place), told);
  }

  /** Announce URLs may hold secrets: only who runs the agent reads them. */
  private static void makePrivate(Path folder) throws IOException {
    Files.createDirectories(folder);
    var view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel lock = FileChannel.open(folder.resolve("lock"), CREATE, WRITE);
    try {
      if (lock.tryLock() != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      // By this very process: told below.
    }
    lock.close();
    throw new IOException(
        "another agent uses " + folder + "; stop it, or name another folder with --data");
  }

  public Path folder() {
    return folder;
  }

  /** Where the torrent's own file is, if it is known. */
  public Path metainfoFile(InfoHash hash) {
    return torrents.resolve(hash.hex() + TORRENT);
  }

  private Path recordFile(InfoHash hash) {
    return torrents.resolve(hash.hex() + RECORD);
  }

  /**
   * Keeps a new torrent, or one that is known now.
   *
   * @param metainfo the bytes of the .torrent file; empty while only its magnet link is known
   */
  public void add(TorrentRecord record, Optional<byte[]> metainfo) throws IOException {
    if (metainfo.isPresent()) {
      WholeFile.write(metainfoFile(record.infoHash()), metainfo.get());
    }
    save(record);
  }

  /** Replaces what was known of a torrent. */
  public void save(TorrentRecord record) throws IOException {
    WholeFile.write(recordFile(record.infoHash()), RecordCodec.encode(record));
  }

  /** Forgets a torrent. */
  public void remove(InfoHash hash) throws IOException {
    WholeFile.delete(recordFile(hash));
    WholeFile.delete(metainfoFile(hash));
  }

  // ---- Coming back ----

  /** Every torrent that is there, by its place in the queue. */
  public List<Stored> load() throws IOException {
    Map<InfoHash, Boolean> found = new HashMap<>(); // whether there is a record
    try (Stream<Path> files = Files.list(torrents)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher name = OURS.matcher(String.valueOf(file.getFileName()));
        if (!name.matches() || !Files.isRegularFile(file, NOFOLLOW_LINKS)) {
          continue; // somebody else's
        }
        if (name.group(3) != null) {
          Files.delete(file); // was never finished
        } else {
          found.merge(
              InfoHash.fromHex(name.group(1)), name.group(2).equals("record"), Boolean::logicalOr);
        }
      }
    }
    List<Stored> all = new ArrayList<>();
    for (Map.Entry<InfoHash, Boolean> each : found.entrySet()) {
      if (each.getValue()) {
        load(each.getKey()).ifPresent(all::add);
      } else {
        forget(each.getKey());
      }
    }
    all.sort(
        Comparator.comparingLong((Stored stored) -> stored.record().queueKey())
            .thenComparing(stored -> stored.record().times().added())
            .thenComparing(stored -> stored.record().infoHash()));
    return all;
  }

  /**
   * Of a torrent that has no record an end came between the two files: it was not added yet, or is
   * removed all but this.
   */
  private void forget(InfoHash hash) {
    try {
      WholeFile.delete(metainfoFile(hash));
    } catch (IOException e) {
      // It does no harm: the next start tries again.
    }
  }

  private Optional<Stored> load(InfoHash hash) {
    try {
      TorrentRecord record = RecordCodec.decode(read(recordFile(hash), MAX_RECORD_BYTES));
      if (!record.infoHash().equals(hash)) {
        throw new DamagedRecord("it belongs to another torrent");
      }
      return Optional.of(new Stored(record, metainfo(record)));
    } catch (DamagedRecord e) {
      setAside(hash, e.getMessage());
    } catch (IOException e) { // no permission, no descriptor, a bad disk: that is no damage
      told.accept(
          "what was kept of torrent %s cannot be read (%s); it stays where it is, and comes back with the next start"
              .formatted(hash.hex(), e.getMessage()));
    }
    return Optional.empty();
  }

  private Optional<Metainfo> metainfo(TorrentRecord record) throws IOException, DamagedRecord {
    Path file = metainfoFile(record.infoHash());
    if (!Files.exists(file)) {
      if (record.magnet().isEmpty()) {
        throw new DamagedRecord("its .torrent file is missing");
      }
      return Optional.empty();
    }
    try {
      Metainfo metainfo = Metainfo.parse(read(file, DecodeOptions.LENIENT.maxBytes()));
      if (!metainfo.infoHash().equals(record.infoHash())) {
        throw new DamagedRecord("its .torrent file is another torrent's");
      }
      return Optional.of(metainfo);
    } catch (MetainfoException e) {
      throw new DamagedRecord("its .torrent file: " + e.getMessage());
    }
  }

  private static byte[] read(Path file, long mostBytes) throws IOException, DamagedRecord {
    if (Files.size(file) > mostBytes) {
      throw new DamagedRecord(file.getFileName() + " is too long");
    }
    return Files.readAllBytes(file);
  }

  private void setAside(InfoHash hash, @Nullable String why) {
    Path aside = folder.resolve("set-aside");
    try {
      Files.createDirectories(aside);
      // The record last: the other alone would be forgotten by the next start.
      for (Path file : List.of(metainfoFile(hash), recordFile(hash))) {
        if (Files.exists(file, NOFOLLOW_LINKS)) {
          Files.move(file, aside.resolve(file.getFileName()), ATOMIC_MOVE, REPLACE_EXISTING);
        }
      }
      told.accept(
          "what was kept of torrent %s cannot be used (%s) and is set aside in %s; add it again"
              .formatted(hash.hex(), why, aside));
    } catch (IOException e) {
      told.accept(
          "what was kept of torrent %s cannot be used (%s), nor set aside: %s"
              .formatted(hash.hex(), why, e.getMessage()));
    }
  }

  // ---- What else is kept ----

  /** What was last kept under a name, if it can be trusted. */
  public Optional<byte[]> note(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  /** Keeps something under a name. */
  public void keepNote(String name, byte[] bytes) throws IOException {
    WholeFile.write(folder.resolve(name), bytes);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
