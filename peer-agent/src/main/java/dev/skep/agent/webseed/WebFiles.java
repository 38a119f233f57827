package dev.skep.agent.webseed;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Where a torrent's bytes lie in the files that a web server has (BEP 19). Immutable. */
final class WebFiles {
  /** Of a {@link Part} that is padding: zeros, which nobody is asked for. */
  static final int ZEROS = -1;

  /**
   * Bytes of one file.
   *
   * @param file its index among the files that can be asked for, or {@link #ZEROS}
   * @param offset of the first byte in it
   */
  record Part(int file, long offset, int lengthBytes) {}

  private final Metainfo metainfo;
  private final List<TorrentFile> files; // that have bytes, in order

  WebFiles(Metainfo metainfo) {
    this.metainfo = metainfo;
    files = metainfo.files().stream().filter(file -> file.lengthBytes() > 0).toList();
  }

  PieceLayout layout() {
    return metainfo.layout();
  }

  /** The parts of some bytes of the torrent, all of which are some file's. */
  List<Part> parts(long offset, int lengthBytes) {
    List<Part> parts = new ArrayList<>(1);
    int at = fileAt(offset);
    long from = offset;
    long end = offset + lengthBytes;
    while (from < end) {
      TorrentFile file = files.get(at);
      int length = (int) (Math.min(end, file.endBytes()) - from);
      parts.add(new Part(file.padding() ? ZEROS : at, from - file.offsetBytes(), length));
      from += length;
      at++;
    }
    return parts;
  }

  /** The last file that begins there or before. */
  private int fileAt(long offset) {
    int low = 0;
    int high = files.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (files.get(middle).offsetBytes() <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  long lengthBytes(int file) {
    return files.get(file).lengthBytes();
  }

  /** How many bytes of the torrent follow a file's byte until the file ends. */
  long rest(int file, long offset) {
    return files.get(file).lengthBytes() - offset;
  }

  /** What goes before something that is said of a file, where there are others. */
  String prefix(int file) {
    return metainfo.multiFile() ? String.join("/", files.get(file).path()) + ": " : "";
  }

  /**
   * Where it is on a server.
   *
   * @throws WebTrouble if no address can name it there
   */
  WebAddress address(WebAddress root, int file) throws WebTrouble {
    if (!metainfo.multiFile() && !root.endsInSlash()) {
      return root;
    }
    if (root.uri().getRawQuery() != null) {
      throw WebTrouble.ofServer(
          "cannot be asked: its address has a query, and the torrent folders");
    }
    List<String> names = metainfo.originalPath(files.get(file));
    for (String name : names) { // which would mean another place there
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw WebTrouble.ofFile(file, "cannot be asked for a name such as '" + name + "'");
      }
    }
    return root.below(names);
  }

  /** Whether there is anything to ask for besides these files. */
  boolean anyBut(BitSet absent) {
    for (int file = 0; file < files.size(); file++) {
      if (!absent.get(file) && !files.get(file).padding()) {
        return true;
      }
    }
    return false;
  }

  /** The pieces that can be had without these files. */
  Bitfield piecesWithout(BitSet absent) {
    Bitfield pieces = Bitfield.full(layout().pieceCount());
    absent.stream().forEach(file -> clear(files.get(file), pieces));
    return pieces;
  }

  private void clear(TorrentFile file, Bitfield pieces) {
    int last = layout().pieceAt(file.endBytes() - 1);
    for (int piece = layout().pieceAt(file.offsetBytes()); piece <= last; piece++) {
      pieces.clear(piece);
    }
  }
}
