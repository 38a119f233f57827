package dev.skep.agent.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One torrent's {@link ResumeState} on disk: written whole or not at all, set aside when it is
 * damaged, trusted only for files that look as they did. Which files on disk are ours is known from
 * it alone.
 */
public final class ResumeFile {
  private static final long MAX_BYTES = 64L << 20;

  /**
   * What a state is still worth.
   *
   * @param trusted pieces that need no check
   * @param doubtful pieces that may be good, to be checked
   */
  public record Trust(
      Bitfield trusted, Bitfield doubtful, long uploadedBytes, long downloadedBytes) {}

  private final Metainfo metainfo;
  private final FilesOnDisk onDisk;
  private final DataFiles files;
  private final Consumer<String> told;
  private final Path path;
  private Optional<ResumeState> loaded = Optional.empty();

  /**
   * @param folder where states are kept; made when the first is saved
   * @param told hears what a person should know
   */
  public ResumeFile(Metainfo metainfo, FilesOnDisk onDisk, Path folder, Consumer<String> told) {
    this.metainfo = metainfo;
    this.onDisk = onDisk;
    this.files = onDisk.data();
    this.told = told;
    this.path = path(metainfo, folder);
  }

  private static Path path(Metainfo metainfo, Path folder) {
    return folder.resolve(metainfo.infoHash().hex() + ".resume");
  }

  public Path path() {
    return path;
  }

  /** How things stand at one moment. */
  public static final class Snapshot {
    private final ResumeState state;

    private Snapshot(ResumeState state) {
      this.state = state;
    }
  }

  /**
   * How things stand now. What is remembered of files is what they were like when we left them: who
   * changed them since is found out.
   *
   * @param verified nobody may find out meanwhile that a file was changed: or what is wrong since
   *     would be trusted
   */
  public Snapshot snapshot(Bitfield verified, long uploadedBytes, long downloadedBytes) {
    return new Snapshot(
        new ResumeState(
            metainfo.infoHash(),
            verified,
            onDisk.memories(),
            onDisk.partsMemory(),
            uploadedBytes,
            downloadedBytes));
  }

  /**
   * Replaces the saved state by this one.
   *
   * @throws IOException also if something else is where states are kept
   */
  public synchronized void save(Snapshot snapshot) throws IOException {
    write(path, snapshot.state);
  }

  private static void write(Path path, ResumeState state) throws IOException {
    Folders.makeForStates(path.toAbsolutePath().resolveSibling(".").normalize());
    Path next = path.resolveSibling(path.getFileName() + ".new");
    requireFileOrNothing(next);
    requireFileOrNothing(path);
    Files.write(next, state.encode());
    Files.move(next, path, ATOMIC_MOVE, REPLACE_EXISTING);
  }

  private static void requireFileOrNothing(Path path) throws InTheWay {
    boolean file = Files.isRegularFile(path, NOFOLLOW_LINKS);
    if (!file && Files.exists(path, NOFOLLOW_LINKS)) {
      throw InTheWay.kind(path, "a file of skep's own");
    }
  }

  /**
   * Reads the state, finds out which files are ours, and which pieces may be good, and which of
   * them surely are.
   *
   * @param wanted of other pieces those are not looked for that were not verified before: most of
   *     them were never fetched
   * @param recheck whether nothing is trusted
   * @param seen files that had all of the torrent's data when they looked so: they are trusted for
   *     that alone
   * @throws IOException if the system cannot tell what is there
   */
  public Trust load(Bitfield wanted, boolean recheck, Optional<SeenFiles> seen) throws IOException {
    PieceLayout layout = metainfo.layout();
    Optional<ResumeState> saved = read();
    loaded = saved;
    onDisk.recognize(saved);
    Bitfield trusted = new Bitfield(layout.pieceCount());
    Bitfield doubtful = new Bitfield(layout.pieceCount());
    // A piece may lie in several files: it is as doubtful as the most doubtful of them.
    Bitfield missing = new Bitfield(layout.pieceCount());
    Bitfield unwritable = new Bitfield(layout.pieceCount());
    for (int i = 0; i < files.files().size(); i++) {
      DataFile file = files.files().get(i);
      if (file.hasBytes()) {
        DataFile home = files.home(i);
        if (!home.isReadable()) {
          mark(layout, file, missing);
        } else if (recheck
            || !(seen.isPresent() ? seen.get().isAsSeen(home) : isAsBefore(saved, i, home))) {
          mark(layout, file, doubtful);
        } else if (!home.isOurs()) {
          mark(layout, file, unwritable);
        }
      }
    }
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      boolean before = seen.isPresent() || (saved.isPresent() && saved.get().verified().get(piece));
      if (missing.get(piece) || !(before || wanted.get(piece))) {
        doubtful.clear(piece);
      } else if (!doubtful.get(piece) && before) {
        trusted.set(piece);
      } else if (unwritable.get(piece)) {
        doubtful.set(piece); // it cannot be fetched: if it is not there, that is said at once
      }
    }
    return new Trust(
        trusted,
        doubtful,
        saved.map(ResumeState::uploadedBytes).orElse(0L),
        saved.map(ResumeState::downloadedBytes).orElse(0L));
  }

  private boolean isAsBefore(Optional<ResumeState> saved, int i, DataFile home) {
    if (saved.isEmpty()) {
      return false;
    }
    boolean itself = home == files.files().get(i);
    DataFile.Memory memory = itself ? saved.get().files().get(i) : saved.get().parts();
    return memory.stamp().equals(home.left());
  }

  /** Which files are ours though they look like others; {@code good} are the pieces that match. */
  public void recognizeCopies(Bitfield good) {
    loaded.ifPresent(saved -> onDisk.recognizeCopies(saved, good));
    loaded = Optional.empty(); // it may be large
  }

  private static void mark(PieceLayout layout, DataFile file, Bitfield bits) {
    int last = layout.pieceAt(file.endBytes() - 1);
    for (int piece = layout.pieceAt(file.offsetBytes()); piece <= last; piece++) {
      bits.set(piece);
    }
  }

  private Optional<ResumeState> read() {
    try {
      return read(metainfo, path);
    } catch (IOException e) {
      told.accept(
          "what skep remembers in %s cannot be read (%s); the data is checked instead"
              .formatted(path, e.getMessage()));
      return Optional.empty();
    } catch (ResumeState.DamagedException e) {
      setAside(e);
      return Optional.empty();
    }
  }

  private static Optional<ResumeState> read(Metainfo metainfo, Path path)
      throws IOException, ResumeState.DamagedException {
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    if (Files.size(path) > MAX_BYTES) {
      throw new ResumeState.DamagedException("it is too long");
    }
    return Optional.of(
        ResumeState.decode(
            Files.readAllBytes(path),
            metainfo.infoHash(),
            metainfo.layout().pieceCount(),
            metainfo.files().size()));
  }

  private void setAside(ResumeState.DamagedException why) {
    Path aside = path.resolveSibling(path.getFileName() + ".damaged");
    try {
      Files.move(path, aside, REPLACE_EXISTING);
      told.accept(
          "what skep remembers in %s is damaged (%s) and is set aside as %s; the data is checked"
                  .formatted(path, why.getMessage(), aside.getFileName())
              + " instead");
    } catch (IOException e) {
      told.accept(
          "what skep remembers in %s is damaged (%s); the data is checked instead"
              .formatted(path, why.getMessage()));
    }
  }

  /**
   * Has pieces forgotten that were found bad, so that the next download fetches them.
   *
   * @param bad not the torrent's data
   * @return whether a download may repair all files without being allowed to: they are known for
   *     ours
   */
  public boolean forget(Bitfield bad) throws IOException {
    Optional<ResumeState> saved = read();
    if (saved.isEmpty()) {
      return false;
    }
    if (!bad.isEmpty()) {
      write(path, saved.get().without(bad));
    }
    onDisk.recognize(saved);
    return onDisk.mayAllBeWritten();
  }
}
