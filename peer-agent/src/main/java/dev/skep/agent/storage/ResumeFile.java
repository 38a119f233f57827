package dev.skep.agent.storage;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One torrent's {@link ResumeState} on disk: written whole or not at all, set aside when it is
 * damaged, trusted only for files whose size and time stamp are what they were.
 */
public final class ResumeFile {
  private static final Logger LOG = System.getLogger(ResumeFile.class.getName());
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
  private final DataFiles files;
  private final Path path;

  /**
   * @param folder where states are kept; made when the first is saved
   */
  public ResumeFile(Metainfo metainfo, DataFiles files, Path folder) {
    this.metainfo = metainfo;
    this.files = files;
    this.path = folder.resolve(metainfo.infoHash().hex() + ".resume");
  }

  public Path path() {
    return path;
  }

  /**
   * Replaces the saved state by this one. A piece counts only if its data was written before the
   * stamps are taken here, so take the bits first.
   */
  public void save(Bitfield verified, long uploadedBytes, long downloadedBytes) throws IOException {
    List<ResumeState.Stamp> stamps = new ArrayList<>();
    for (int i = 0; i < files.files().size(); i++) {
      stamps.add(stamp(files.home(i).path()));
    }
    InfoHash hash = metainfo.infoHash();
    ResumeState state = new ResumeState(hash, verified, stamps, uploadedBytes, downloadedBytes);
    Files.createDirectories(path.getParent());
    Path next = path.resolveSibling(path.getFileName() + ".new");
    Files.write(next, state.encode());
    Files.move(next, path, ATOMIC_MOVE, REPLACE_EXISTING);
  }

  /**
   * Which pieces may be good, and which of them surely are.
   *
   * @param wanted of other pieces those are not looked for that were not verified before: most of
   *     them were never fetched
   */
  public Trust load(Bitfield wanted) {
    PieceLayout layout = metainfo.layout();
    Optional<ResumeState> saved = read();
    Bitfield trusted = new Bitfield(layout.pieceCount());
    Bitfield doubtful = new Bitfield(layout.pieceCount());
    List<DataFile> list = files.files();
    // A piece may lie in several files: it is as doubtful as the most doubtful of them.
    Bitfield missing = new Bitfield(layout.pieceCount());
    for (int i = 0; i < list.size(); i++) {
      DataFile file = list.get(i);
      if (file.lengthBytes() > 0 && !file.padding()) {
        DataFile home = files.home(i);
        ResumeState.Stamp now = stamp(home.path());
        boolean same = saved.isPresent() && saved.get().files().get(i).equals(now);
        if (now.equals(ResumeState.Stamp.ABSENT)) {
          mark(layout, file, missing);
        } else if (!same || now.sizeBytes() != home.lengthBytes()) {
          mark(layout, file, doubtful);
        }
      }
    }
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      boolean before = saved.isPresent() && saved.get().verified().get(piece);
      if (missing.get(piece) || !(before || wanted.get(piece))) {
        doubtful.clear(piece);
      } else if (!doubtful.get(piece) && before) {
        trusted.set(piece);
      }
    }
    return new Trust(
        trusted,
        doubtful,
        saved.map(ResumeState::uploadedBytes).orElse(0L),
        saved.map(ResumeState::downloadedBytes).orElse(0L));
  }

  private static void mark(PieceLayout layout, DataFile file, Bitfield bits) {
    int last = layout.pieceAt(file.endBytes() - 1);
    for (int piece = layout.pieceAt(file.offsetBytes()); piece <= last; piece++) {
      bits.set(piece);
    }
  }

  private Optional<ResumeState> read() {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new ResumeState.DamagedException("it is too long");
      }
      return Optional.of(
          ResumeState.decode(
              Files.readAllBytes(path),
              metainfo.infoHash(),
              metainfo.layout().pieceCount(),
              files.files().size()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot read {0}: {1}; the data is checked instead", path, e);
      return Optional.empty();
    } catch (ResumeState.DamagedException e) {
      setAside(e);
      return Optional.empty();
    }
  }

  private void setAside(ResumeState.DamagedException why) {
    Path aside = path.resolveSibling(path.getFileName() + ".damaged");
    LOG.log(
        Level.WARNING,
        "{0} is set aside as {1}: {2}; the data is checked instead",
        path,
        aside.getFileName(),
        why.getMessage());
    try {
      Files.move(path, aside, REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot set {0} aside: {1}", path, e);
    }
  }

  /** Forgets the saved state. */
  public void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  static ResumeState.Stamp stamp(Path file) {
    try {
      BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
      return new ResumeState.Stamp(a.size(), a.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    } catch (IOException e) {
      return ResumeState.Stamp.ABSENT;
    }
  }
}
