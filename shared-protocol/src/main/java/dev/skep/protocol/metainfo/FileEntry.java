package dev.skep.protocol.metainfo;

import dev.skep.protocol.Sha256;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What v1 and v2 say of a file in the same words: length, attributes, link target (BEP 3, 47, 52).
 */
record FileEntry(BDictionary entry, String attributes) {
  private static final String OLD_PADDING = "_____padding_file_";
  private static final int MOST_LINK_NAMES = 200;

  FileEntry(BDictionary entry) {
    this(entry, attributesOf(entry));
  }

  // No lambdas on the way through every file: their first use would cost a fresh JVM more than the
  // files do.
  private static String attributesOf(BDictionary entry) {
    Optional<BString> attributes = entry.string("attr");
    return attributes.isPresent() ? attributes.get().text() : "";
  }

  /**
   * The same, as padding if it is what BitComet writes instead of attributes: a file of that name
   * that ends where a piece does, and is shorter than one.
   */
  FileEntry orOldPadding(long offsetBytes, long pieceLength) throws MetainfoException {
    Optional<BList> path = entry.list("path");
    if (path.isEmpty()
        || path.get().size() == 0
        || !(path.get().get(path.get().size() - 1) instanceof BString name)
        || !name.text().startsWith(OLD_PADDING)) {
      return this;
    }
    long length = lengthBytes();
    boolean fits =
        pieceLength > 0
            && length < pieceLength
            && offsetBytes % pieceLength + length == pieceLength;
    return fits ? new FileEntry(entry, attributes + "p") : this;
  }

  boolean padding() {
    return attributes.indexOf('p') >= 0;
  }

  private boolean link() {
    return attributes.indexOf('l') >= 0;
  }

  /** A link's length may be left out. */
  long lengthBytes() throws MetainfoException {
    long length = link() ? 0 : entry.integer("length").orElse(-1);
    if (length < 0) {
      throw new MetainfoException("a file's length is missing or negative");
    }
    return length;
  }

  TorrentFile at(long offsetBytes, List<String> safePath, Optional<Sha256> root)
      throws MetainfoException {
    return new TorrentFile(
        safePath,
        lengthBytes(),
        offsetBytes,
        padding(),
        attributes.indexOf('x') >= 0,
        attributes.indexOf('h') >= 0,
        link() ? Optional.of(target()) : Optional.empty(),
        root);
  }

  /** As the torrent names it; empty, so that it leads nowhere, if it is no path. */
  private List<String> target() {
    Optional<BList> target = entry.list("symlink path");
    List<String> names = new ArrayList<>();
    if (target.isPresent() && target.get().size() <= MOST_LINK_NAMES) {
      for (BValue name : target.get()) {
        names.add(name instanceof BString s ? s.text() : "/");
      }
    }
    return names;
  }

  List<String> path() throws MetainfoException {
    Optional<BList> utf8 = entry.list("path.utf-8");
    return utf8.isPresent() ? names("path.utf-8", utf8) : names("path", entry.list("path"));
  }

  private static List<String> names(String key, Optional<BList> names) throws MetainfoException {
    if (names.isEmpty()) {
      throw new MetainfoException("a file has no " + key);
    }
    List<String> path = new ArrayList<>(names.get().size());
    for (BValue name : names.get()) {
      if (!(name instanceof BString s)) {
        throw new MetainfoException("a file's " + key + " is no list of names");
      }
      path.add(s.text());
    }
    return path;
  }
}
