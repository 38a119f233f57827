package dev.skep.agent.service;

import dev.skep.agent.library.FileWish;
import dev.skep.agent.session.Transfer;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Deletes a torrent's files: those that were fetched for it, or are verified. What else is called
 * so is somebody else's.
 */
final class Deletion {
  private static final Logger LOG = System.getLogger(Deletion.class.getName());

  private final TorrentSnapshot last;
  private final Bitfield verified;

  /** As it stands now, while its transfer can be asked. */
  Deletion(TorrentSnapshot last) {
    this.last = last;
    verified = last.transfer().map(Transfer::verified).orElse(new Bitfield(0));
  }

  /** Deletes them, when nothing uses them any more. */
  void run() throws IOException {
    if (last.metainfo().isEmpty() || last.transfer().isEmpty() || !last.ownsItsFiles()) {
      LOG.log(
          Level.WARNING, "no files of {0} are deleted: none are known for its own", last.name());
      return;
    }
    Metainfo metainfo = last.metainfo().get();
    List<FileWish> wishes = last.record().files();
    Relocation.delete(
        metainfo,
        last.record().place(),
        i -> wishes.isEmpty() || wishes.get(i).wanted() || isVerified(metainfo, i));
  }

  private boolean isVerified(Metainfo metainfo, int index) {
    TorrentFile file = metainfo.files().get(index);
    PieceLayout layout = metainfo.layout();
    if (file.lengthBytes() == 0) {
      return false;
    }
    int end = layout.pieceAt(file.endBytes() - 1);
    for (int piece = layout.pieceAt(file.offsetBytes()); piece <= end; piece++) {
      if (!verified.get(piece)) {
        return false;
      }
    }
    return true;
  }
}
