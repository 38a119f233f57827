package dev.skep.protocol.metainfo;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code length} or {@code files}, and {@code pieces} (BEP 3, 47). */
final class V1Content {
  private V1Content() {}

  static InfoContent read(BDictionary info, NameRules rules) throws MetainfoException {
    SafePaths root = new SafePaths(rules);
    String name = InfoContent.name(info, root);
    Optional<BList> entries = info.list("files");
    SafePaths paths = new SafePaths(rules);
    List<TorrentFile> files =
        entries.isPresent()
            ? files(entries.get(), paths, InfoContent.pieceLength(info))
            : List.of(new FileEntry(info).at(0, List.of(name), Optional.empty()));
    PieceLayout layout =
        InfoContent.layout(files.getLast().endBytes(), InfoContent.pieceLength(info));
    files = paths.withSafeTargets(files);
    return new InfoContent(
        name,
        entries.isPresent(),
        files,
        layout,
        Optional.of(pieces(info, layout)),
        Optional.empty(),
        InfoContent.original(root, paths),
        InfoContent.notes(root, paths));
  }

  private static List<TorrentFile> files(BList entries, SafePaths paths, long pieceLength)
      throws MetainfoException {
    if (entries.size() == 0) {
      throw new MetainfoException("the torrent has no files");
    }
    List<TorrentFile> files = new ArrayList<>(entries.size());
    long offset = 0;
    for (BValue value : entries) {
      if (!(value instanceof BDictionary dictionary)) {
        throw new MetainfoException("file " + files.size() + " is no dictionary");
      }
      FileEntry entry = new FileEntry(dictionary).orOldPadding(offset, pieceLength);
      // Padding needs no path, and the same one may stand there often (BEP 47).
      List<String> path =
          entry.padding()
              ? List.of(".pad", Long.toString(entry.lengthBytes()))
              : paths.file(entry.path());
      TorrentFile file = entry.at(offset, path, Optional.empty());
      offset = InfoContent.add(offset, file.lengthBytes());
      files.add(file);
    }
    return files;
  }

  private static BString pieces(BDictionary info, PieceLayout layout) throws MetainfoException {
    Optional<BString> pieces = info.string("pieces");
    if (pieces.isEmpty()) {
      throw new MetainfoException("the torrent has no pieces");
    }
    if (pieces.get().length() != (long) layout.pieceCount() * InfoHash.BYTES) {
      throw new MetainfoException(
          "the torrent has %d bytes of piece hashes; %d bytes in pieces of %d need %d"
              .formatted(
                  pieces.get().length(),
                  layout.totalBytes(),
                  layout.pieceLengthBytes(),
                  (long) layout.pieceCount() * InfoHash.BYTES));
    }
    return pieces.get();
  }
}
