package dev.skep.protocol.metainfo;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code length} or {@code files}, and {@code pieces} (BEP 3, BEP 47). */
final class V1Content {
  private V1Content() {}

  static Content read(BDictionary info, NameRules rules) throws MetainfoException {
    String name = name(info);
    SafePaths names = new SafePaths(rules);
    String safeName = names.file(List.of(name)).getFirst();
    Optional<BList> entries = info.list("files");
    SafePaths paths = entries.isPresent() ? new SafePaths(rules) : names;
    List<TorrentFile> files =
        entries.isPresent() ? files(entries.get(), paths) : List.of(singleFile(info, safeName));
    PieceLayout layout =
        Content.layout(files.getLast().endBytes(), info.integer("piece length").orElse(-1));
    BString pieces = pieces(info, layout);
    List<String> notes = new ArrayList<>(names.notes());
    notes.addAll(entries.isPresent() ? paths.notes() : List.of());
    return new Content(
        safeName, entries.isPresent(), files, layout, pieces, true, false, List.copyOf(notes));
  }

  private static String name(BDictionary info) throws MetainfoException {
    return info.string("name.utf-8")
        .or(() -> info.string("name"))
        .orElseThrow(() -> new MetainfoException("the torrent has no name"))
        .text();
  }

  private static TorrentFile singleFile(BDictionary info, String name) throws MetainfoException {
    long length = length(info);
    String attributes = attributes(info);
    return new TorrentFile(
        List.of(name),
        length,
        0,
        false,
        attributes.indexOf('x') >= 0,
        attributes.indexOf('h') >= 0,
        Optional.empty(),
        Optional.empty());
  }

  private static List<TorrentFile> files(BList entries, SafePaths paths) throws MetainfoException {
    if (entries.size() == 0) {
      throw new MetainfoException("the torrent has no files");
    }
    List<TorrentFile> files = new ArrayList<>(entries.size());
    long offset = 0;
    for (BValue value : entries) {
      if (!(value instanceof BDictionary entry)) {
        throw new MetainfoException("file " + files.size() + " is no dictionary");
      }
      TorrentFile file = file(entry, offset, paths);
      if (file.endBytes() < offset) {
        throw new MetainfoException("the files' lengths together exceed 64 bits");
      }
      offset = file.endBytes();
      files.add(file);
    }
    return List.copyOf(files);
  }

  private static TorrentFile file(BDictionary entry, long offset, SafePaths paths)
      throws MetainfoException {
    String attributes = attributes(entry);
    boolean link = attributes.indexOf('l') >= 0;
    boolean padding = attributes.indexOf('p') >= 0;
    long length = link ? 0 : length(entry);
    List<String> path =
        padding ? List.of(".pad", Long.toString(length)) : paths.file(path(entry, "path"));
    return new TorrentFile(
        path,
        length,
        offset,
        padding,
        attributes.indexOf('x') >= 0,
        attributes.indexOf('h') >= 0,
        link ? Optional.of(paths.target(path(entry, "symlink path"))) : Optional.empty(),
        Optional.empty());
  }

  private static long length(BDictionary entry) throws MetainfoException {
    long length = entry.integer("length").orElse(-1);
    if (length < 0) {
      throw new MetainfoException("a file's length is missing or negative");
    }
    return length;
  }

  private static String attributes(BDictionary entry) {
    return entry.string("attr").map(BString::text).orElse("");
  }

  private static List<String> path(BDictionary entry, String key) throws MetainfoException {
    BList names =
        entry
            .list(key + ".utf-8")
            .or(() -> entry.list(key))
            .orElseThrow(() -> new MetainfoException("a file has no " + key));
    List<String> path = new ArrayList<>(names.size());
    for (BValue name : names) {
      if (!(name instanceof BString s)) {
        throw new MetainfoException("a file's " + key + " is no list of names");
      }
      path.add(s.text());
    }
    return path;
  }

  private static BString pieces(BDictionary info, PieceLayout layout) throws MetainfoException {
    BString pieces =
        info.string("pieces").orElseThrow(() -> new MetainfoException("the torrent has no pieces"));
    if (pieces.length() != (long) layout.pieceCount() * InfoHash.BYTES) {
      throw new MetainfoException(
          "the torrent has %d bytes of piece hashes; %d bytes in pieces of %d need %d"
              .formatted(
                  pieces.length(),
                  layout.totalBytes(),
                  layout.pieceLengthBytes(),
                  (long) layout.pieceCount() * InfoHash.BYTES));
    }
    return pieces;
  }
}
