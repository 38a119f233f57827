package dev.skep.protocol.metainfo;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BString;
import java.util.List;

/** What the info dictionary says of files and pieces, checked. */
record Content(
    String name,
    boolean multiFile,
    List<TorrentFile> files,
    PieceLayout layout,
    BString pieces,
    boolean hasV1,
    boolean hasV2,
    List<String> notes) {

  static Content read(BDictionary raw, BDictionary info, NameRules rules) throws MetainfoException {
    return V1Content.read(info, rules);
  }

  long payloadBytes() {
    long bytes = 0;
    for (TorrentFile file : files) {
      bytes += file.padding() ? 0 : file.lengthBytes();
    }
    return bytes;
  }

  static PieceLayout layout(long totalBytes, long pieceLength) throws MetainfoException {
    if (totalBytes == 0) {
      throw new MetainfoException("the torrent has no data");
    }
    if (pieceLength < 1 || pieceLength > 1 << 30) {
      throw new MetainfoException("piece length " + pieceLength + " is not within 1 byte to 1 GiB");
    }
    if ((totalBytes - 1) / pieceLength >= Integer.MAX_VALUE / InfoHash.BYTES) {
      throw new MetainfoException(
          totalBytes + " bytes in pieces of " + pieceLength + " are too many pieces");
    }
    return new PieceLayout(totalBytes, (int) pieceLength);
  }
}
