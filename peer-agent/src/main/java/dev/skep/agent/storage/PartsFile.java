package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * The bytes that one torrent's pieces hold of files that are not selected. A piece on the boundary
 * of a selected file also holds bytes of its neighbours; a neighbour that is not selected and does
 * not exist is not made: its bytes go here, to a sparse file beside the resume state in which every
 * byte lies at its place in the torrent. When the neighbour is selected later, they move to it.
 */
final class PartsFile {
  private final DataFile file;
  private final PieceLayout layout;
  private final List<DataFile> files;
  private final OpenFiles open;
  private final Bitfield written; // pieces, guarded by itself
  private volatile BitSet holds = new BitSet(); // files with bytes here; replaced, not changed

  /**
   * @param folder where states are kept
   * @param files all of the torrent's
   */
  PartsFile(Metainfo metainfo, Path folder, List<DataFile> files, OpenFiles open) {
    layout = metainfo.layout();
    this.files = files;
    this.open = open;
    Path path = folder.resolve(metainfo.infoHash().hex() + ".parts");
    file =
        new DataFile(new Folders(folder), path, () -> path, false, 0, layout.totalBytes(), false);
    written = new Bitfield(layout.pieceCount());
  }

  /** Finds out whether there is one of ours. Those of the torrent's files are recognized. */
  void recognize(DataFile.Memory before) throws IOException {
    file.recognize(before);
    holds = file.isOurs() ? strangers() : new BitSet();
  }

  /** Files whose bytes are not where they belong. */
  private BitSet strangers() {
    BitSet strangers = new BitSet();
    for (int i = 0; i < files.size(); i++) {
      strangers.set(i, files.get(i).hasBytes() && !files.get(i).isReadable());
    }
    return strangers;
  }

  DataFile file() {
    return file;
  }

  /** Whether the bytes of the {@code i}-th file are here. */
  boolean holds(int i) {
    return holds.get(i);
  }

  /**
   * Files that are selected and whose bytes are here get them; those that are not and do not exist
   * will have them here. Nobody may write meanwhile.
   *
   * @param selected indexes of files
   * @param verified the pieces whose bytes are worth moving
   * @param wanted the pieces that will be written
   */
  void select(BitSet selected, Bitfield verified, Bitfield wanted) throws IOException {
    BitSet next = strangers();
    next.andNot(selected);
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      if (holds.get(i) && file.isOurs()) {
        bringHome(files.get(i), verified);
      }
    }
    holds = next;
    if (next.isEmpty()) {
      delete();
    } else if (isAnyIn(next, wanted) && file.owner() != DataFile.Owner.OURS) {
      file.create();
    }
  }

  private void delete() throws IOException {
    open.close(List.of(file));
    if (file.isOurs() && file.look() == DataFile.Change.NONE) {
      Files.deleteIfExists(file.path());
      file.recognize(DataFile.Memory.NONE);
    }
  }

  private boolean isAnyIn(BitSet some, Bitfield wanted) {
    return some.stream()
        .mapToObj(files::get)
        .anyMatch(
            each -> {
              int piece = wanted.nextSet(layout.pieceAt(each.offsetBytes()));
              return piece >= 0 && piece <= layout.pieceAt(each.endBytes() - 1);
            });
  }

  private void bringHome(DataFile home, Bitfield verified) throws IOException {
    home.make(
        file.path().getFileName() + ".new", // no torrent knows its own hash
        channel -> {
          int last = layout.pieceAt(home.endBytes() - 1);
          for (int p = layout.pieceAt(home.offsetBytes()); p <= last; p++) {
            if (verified.get(p) || written.get(p)) {
              long begin = Math.max(home.offsetBytes(), layout.offsetBytes(p));
              long end = Math.min(home.endBytes(), layout.offsetBytes(p) + layout.lengthBytes(p));
              copy(begin, end - begin, channel.position(begin - home.offsetBytes()));
            }
          }
        });
  }

  private void copy(long at, long count, FileChannel to) throws IOException {
    open.use(
        file,
        false,
        channel -> {
          long done = 0;
          while (done < count) {
            long n = channel.transferTo(at + done, count - done, to);
            if (n <= 0) {
              throw new EOFException(file.path() + " is shorter than it was made");
            }
            done += n;
          }
          return done;
        });
  }

  /** Bytes at this place in the torrent were written to it. */
  void wrote(long at, long count) {
    synchronized (written) {
      int last = layout.pieceAt(at + count - 1);
      for (int piece = layout.pieceAt(at); piece <= last; piece++) {
        written.set(piece);
      }
    }
  }
}
