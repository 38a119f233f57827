package dev.skep.agent.session.content;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import java.util.BitSet;
import java.util.List;

/**
 * What of a torrent is to be downloaded.
 *
 * @param files indexes of the files that shall exist
 * @param pieces those that hold any of their bytes
 * @param urgent pieces of the files that come first
 * @param bytes length of the pieces
 */
public record Wanted(BitSet files, Bitfield pieces, Bitfield urgent, long bytes) {

  /** As long as it is not known what there is. */
  public static final Wanted NOTHING =
      new Wanted(new BitSet(), new Bitfield(0), new Bitfield(0), 0);

  /**
   * As the files' priorities say.
   *
   * @param priorities in the order of the torrent's files; empty for all alike
   * @throws IllegalArgumentException if there are not as many as files
   */
  public static Wanted of(Metainfo metainfo, List<FilePriority> priorities) {
    List<TorrentFile> all = metainfo.files();
    if (!priorities.isEmpty() && priorities.size() != all.size()) {
      throw new IllegalArgumentException(
          priorities.size() + " priorities for " + all.size() + " files");
    }
    PieceLayout layout = metainfo.layout();
    BitSet files = new BitSet();
    Bitfield pieces = new Bitfield(layout.pieceCount());
    Bitfield urgent = new Bitfield(layout.pieceCount());
    for (int i = 0; i < all.size(); i++) {
      FilePriority priority = priorities.isEmpty() ? FilePriority.NORMAL : priorities.get(i);
      if (priority != FilePriority.SKIP) {
        files.set(i);
        mark(layout, all.get(i), pieces);
      }
      if (priority == FilePriority.FIRST) {
        mark(layout, all.get(i), urgent);
      }
    }
    if (wantsAll(all, files)) {
      pieces.setAll(); // those that hold nothing but padding too
    }
    return new Wanted(files, pieces, urgent, bytes(metainfo, pieces));
  }

  private static boolean wantsAll(List<TorrentFile> all, BitSet files) {
    for (int i = 0; i < all.size(); i++) {
      if (!files.get(i) && !all.get(i).padding()) {
        return false;
      }
    }
    return true;
  }

  private static void mark(PieceLayout layout, TorrentFile file, Bitfield pieces) {
    if (file.lengthBytes() > 0 && !file.padding()) {
      int last = layout.pieceAt(file.endBytes() - 1);
      for (int piece = layout.pieceAt(file.offsetBytes()); piece <= last; piece++) {
        pieces.set(piece);
      }
    }
  }

  /** Padding left out: nobody waits for it. */
  static long dataBytes(Metainfo metainfo, int piece) {
    PieceLayout layout = metainfo.layout();
    int length = layout.lengthBytes(piece);
    return length - metainfo.padding().bytesIn(layout.offsetBytes(piece), length);
  }

  private static long bytes(Metainfo metainfo, Bitfield pieces) {
    long bytes = 0;
    for (int p = pieces.nextSet(0); p >= 0; p = pieces.nextSet(p + 1)) {
      bytes += dataBytes(metainfo, p);
    }
    return bytes;
  }

  /** Every wanted piece is among these. */
  public boolean isIn(Bitfield verified) {
    return !verified.lacksAnyOf(pieces);
  }

  /** How many bytes of wanted pieces are verified. */
  long verifiedBytes(Metainfo metainfo, Bitfield verified) {
    if (verified.isFull()) {
      return bytes;
    }
    long found = 0;
    for (int p = verified.nextSet(0); p >= 0; p = verified.nextSet(p + 1)) {
      found += pieces.get(p) ? dataBytes(metainfo, p) : 0;
    }
    return found;
  }
}
