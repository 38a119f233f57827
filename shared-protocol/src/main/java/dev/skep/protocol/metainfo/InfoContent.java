package dev.skep.protocol.metainfo;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the info dictionary says of files and pieces, checked.
 *
 * @param original by which path the torrent names a file, where its own is another since it was not
 *     safe; by the empty path what it is called itself
 * @param pieces the SHA-1 of every piece; empty when v2 only
 * @param layers the SHA-256 nodes; empty when v1 only
 */
record InfoContent(
    String name,
    boolean multiFile,
    List<TorrentFile> files,
    PieceLayout layout,
    Optional<BString> pieces,
    Optional<PieceLayers> layers,
    Map<List<String>, List<String>> original,
    List<String> notes) {
  private static final int META_VERSION = 2;

  static InfoContent read(BDictionary raw, BDictionary info, NameRules rules)
      throws MetainfoException {
    long version = info.integer("meta version").orElse(1);
    if (version > META_VERSION) {
      throw new MetainfoException(
          "the torrent's version " + version + " is newer than this program");
    }
    boolean v2 = version == META_VERSION;
    boolean v1 = !v2 || info.get("pieces").isPresent();
    if (!v2) {
      return V1Content.read(info, rules);
    }
    InfoContent second = V2Content.read(raw, info, rules);
    return v1 ? hybrid(V1Content.read(info, rules), second) : second;
  }

  /**
   * The v1 half with the v2 half's hashes; both must describe the same files at the same places.
   */
  private static InfoContent hybrid(InfoContent v1, InfoContent v2) throws MetainfoException {
    if (!v1.multiFile && v2.multiFile) {
      throw new MetainfoException("the torrent's v1 and v2 halves have different names");
    }
    List<TorrentFile> files = new ArrayList<>(v1.files.size());
    int at = 0;
    for (TorrentFile file : v1.files) {
      if (file.padding()) {
        if (file.endBytes() % v1.layout.pieceLengthBytes() != 0 && at < v2.files.size()) {
          throw new MetainfoException("the torrent has padding that does not end with a piece");
        }
        files.add(file);
        continue;
      }
      if (at == v2.files.size() || !agree(file, v2.files.get(at), v1.multiFile)) {
        throw new MetainfoException(
            "the torrent's v1 and v2 halves disagree at \"" + String.join("/", file.path()) + "\"");
      }
      files.add(v2.files.get(at).at(file.offsetBytes()));
      at++;
    }
    if (at != v2.files.size()) {
      throw new MetainfoException("the torrent's v2 half has files that its v1 half lacks");
    }
    if (v1.layout.totalBytes() - v2.layout.totalBytes() >= v1.layout.pieceLengthBytes()) {
      throw new MetainfoException("the torrent's v1 half has whole pieces that its v2 half lacks");
    }
    return new InfoContent(
        v1.name,
        v1.multiFile,
        List.copyOf(files),
        v1.layout,
        v1.pieces,
        v2.layers,
        v1.original,
        v1.notes);
  }

  private static boolean agree(TorrentFile v1, TorrentFile v2, boolean named) {
    return v1.lengthBytes() == v2.lengthBytes()
        && (v1.offsetBytes() == v2.offsetBytes() || v1.lengthBytes() == 0)
        && (!named || v1.path().equals(v2.path()));
  }

  boolean hasV1() {
    return pieces.isPresent();
  }

  boolean hasV2() {
    return layers.isPresent();
  }

  long payloadBytes() {
    long bytes = 0;
    for (TorrentFile file : files) {
      bytes += file.padding() ? 0 : file.lengthBytes();
    }
    return bytes;
  }

  static String name(BDictionary info, SafePaths root) throws MetainfoException {
    Optional<BString> utf8 = info.string("name.utf-8");
    Optional<BString> name = utf8.isPresent() ? utf8 : info.string("name");
    if (name.isEmpty()) {
      throw new MetainfoException("the torrent has no name");
    }
    return root.file(List.of(name.get().text())).getFirst();
  }

  static List<String> notes(SafePaths root, SafePaths paths) {
    List<String> notes = new ArrayList<>(root.notes());
    notes.addAll(paths.notes());
    return List.copyOf(notes);
  }

  /** See the component of that name. */
  static Map<List<String>, List<String>> original(SafePaths root, SafePaths paths) {
    Map<List<String>, List<String>> all = new HashMap<>(paths.original());
    root.original().values().forEach(name -> all.put(List.of(), name));
    return Map.copyOf(all);
  }

  static long add(long offset, long length) throws MetainfoException {
    if (offset + length < 0) {
      throw new MetainfoException("the files' lengths together exceed 64 bits");
    }
    return offset + length;
  }

  static long pieceLength(BDictionary info) throws MetainfoException {
    OptionalLong length = info.integer("piece length");
    if (length.isEmpty()) {
      throw new MetainfoException("the torrent has no piece length");
    }
    return length.getAsLong();
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
