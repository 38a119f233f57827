package dev.skep.protocol.metainfo;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds a .torrent from names, lengths and hashes that someone else read: the same input gives the
 * same bytes. Not thread-safe.
 */
public final class MetainfoBuilder {
  private final boolean multiFile;
  private final List<Entry> entries = new ArrayList<>();
  private final BDictionary.Builder root = BDictionary.builder();
  private final BDictionary.Builder info = BDictionary.builder();

  /** A file or link as it is to stand in the torrent. */
  private record Entry(
      List<String> path, long lengthBytes, String attributes, Optional<List<String>> linkTarget) {}

  private MetainfoBuilder(String name, boolean multiFile) {
    this.multiFile = multiFile;
    info.put("name", name);
  }

  /** A torrent of one file. */
  public static MetainfoBuilder singleFile(String name, long lengthBytes) {
    MetainfoBuilder builder = new MetainfoBuilder(name, false);
    return builder.add(new Entry(List.of(name), lengthBytes, "", Optional.empty()));
  }

  /** A torrent of files in a folder; add them in the order of their bytes. */
  public static MetainfoBuilder folder(String name) {
    return new MetainfoBuilder(name, true);
  }

  /**
   * A file of a folder; attributes as BEP 47 has them: {@code x} executable, {@code h} hidden,
   * {@code p} padding.
   */
  public MetainfoBuilder file(List<String> path, long lengthBytes, String attributes) {
    return add(new Entry(List.copyOf(path), lengthBytes, attributes, Optional.empty()));
  }

  /** A plain file of a folder. */
  public MetainfoBuilder file(List<String> path, long lengthBytes) {
    return file(path, lengthBytes, "");
  }

  /** A symbolic link in a folder (BEP 47); the target is relative to the folder. */
  public MetainfoBuilder link(List<String> path, List<String> target) {
    return add(new Entry(List.copyOf(path), 0, "l", Optional.of(List.copyOf(target))));
  }

  private MetainfoBuilder add(Entry entry) {
    entries.add(entry);
    return this;
  }

  public MetainfoBuilder pieceLength(int bytes) {
    info.put("piece length", bytes);
    return this;
  }

  /** The SHA-1 of every piece, one after another. The array is not copied. */
  public MetainfoBuilder pieceHashes(byte[] hashes) {
    info.put("pieces", hashes);
    return this;
  }

  /** Announce URLs by tier (BEP 12). */
  public MetainfoBuilder trackers(List<List<String>> tiers) {
    TrackerTiers.put(root, tiers);
    return this;
  }

  /** Where the files can be had over HTTP (BEP 19). */
  public MetainfoBuilder webSeeds(List<String> urls) {
    root.remove("url-list");
    if (!urls.isEmpty()) {
      root.put("url-list", BList.of(urls.stream().map(BString::of).toList()));
    }
    return this;
  }

  /** BEP 27. */
  public MetainfoBuilder privateTorrent(boolean on) {
    info.remove("private");
    if (on) {
      info.put("private", 1);
    }
    return this;
  }

  public MetainfoBuilder comment(String text) {
    root.put("comment", text);
    return this;
  }

  public MetainfoBuilder createdBy(String text) {
    root.put("created by", text);
    return this;
  }

  public MetainfoBuilder createdAt(Instant time) {
    root.put("creation date", time.getEpochSecond());
    return this;
  }

  /** A mark within the info dictionary, which gives the same content another info-hash. */
  public MetainfoBuilder source(String text) {
    info.put("source", text);
    return this;
  }

  /** Torrents that may share files with this one (BEP 38). */
  public MetainfoBuilder similar(List<InfoHash> hashes) {
    root.put("similar", BList.of(hashes.stream().map(h -> BString.of(h.toBytes())).toList()));
    return this;
  }

  /**
   * The .torrent file.
   *
   * @throws MetainfoException if what was given makes no usable torrent
   */
  public byte[] build() throws MetainfoException {
    if (multiFile) {
      info.put("files", BList.of(entries.stream().map(MetainfoBuilder::encoded).toList()));
    } else {
      info.put("length", entries.getFirst().lengthBytes());
    }
    byte[] bytes = root.put("info", info.build()).build().rawBytes();
    Metainfo.parse(bytes);
    return bytes;
  }

  private static BDictionary encoded(Entry entry) {
    BDictionary.Builder file =
        BDictionary.builder()
            .put("length", entry.lengthBytes())
            .put("path", BList.of(entry.path().stream().map(BString::of).toList()));
    if (!entry.attributes().isEmpty()) {
      file.put("attr", entry.attributes());
    }
    entry
        .linkTarget()
        .ifPresent(t -> file.put("symlink path", BList.of(t.stream().map(BString::of).toList())));
    return file.build();
  }
}
