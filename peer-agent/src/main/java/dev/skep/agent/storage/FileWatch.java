package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Notices files that somebody else deleted, cut or changed while the torrent is at work. Not
 * thread-safe.
 */
public final class FileWatch {
  private final DataFiles files;
  private final PieceLayout layout;
  private @Nullable List<ResumeState.Stamp> known;

  public FileWatch(DataFiles files, PieceLayout layout) {
    this.files = files;
    this.layout = layout;
  }

  /** What was found. */
  public record Found(Bitfield gone, Bitfield doubtful) {
    public boolean isNothing() {
      return gone.isEmpty() && doubtful.isEmpty();
    }
  }

  /**
   * Looks at every file that holds verified pieces: those of a file that is gone or cut are gone.
   *
   * @param quiet whether we write to no file ourselves; then those of a file whose time stamp is
   *     another than the last time are doubtful
   */
  public Found look(Bitfield verified, boolean quiet) {
    Bitfield gone = new Bitfield(layout.pieceCount());
    Bitfield doubtful = new Bitfield(layout.pieceCount());
    List<ResumeState.Stamp> now = new ArrayList<>();
    for (int i = 0; i < files.files().size(); i++) {
      DataFile file = files.files().get(i);
      DataFile home = files.home(i);
      ResumeState.Stamp stamp = ResumeFile.stamp(home.path());
      now.add(stamp);
      if (file.lengthBytes() > 0 && !file.padding()) {
        if (stamp.sizeBytes() < home.lengthBytes()) {
          mark(file, verified, gone);
        } else if (known != null && !known.get(i).equals(stamp)) {
          mark(file, verified, doubtful);
        }
      }
    }
    known = quiet ? now : null;
    return new Found(gone, doubtful);
  }

  private void mark(DataFile file, Bitfield verified, Bitfield into) {
    int last = layout.pieceAt(file.endBytes() - 1);
    int piece = verified.nextSet(layout.pieceAt(file.offsetBytes()));
    while (piece >= 0 && piece <= last) {
      into.set(piece);
      piece = verified.nextSet(piece + 1);
    }
  }
}
