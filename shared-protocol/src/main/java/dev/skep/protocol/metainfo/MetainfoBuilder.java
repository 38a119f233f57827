package dev.skep.protocol.metainfo;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.Sha256;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Builds a .torrent from names, lengths and hashes that someone else read: the same input gives the
 * same bytes. With piece hashes it is v1 (BEP 3), with file hashes v2 (BEP 52), with both a hybrid.
 * Not thread-safe.
 */
public final class MetainfoBuilder {
  /**
   * The order in which the files of a v2 or hybrid torrent must be added: by the bytes of each
   * name, folder by folder. For v1 any order will do; this one makes it independent of the file
   * system.
   */
  public static final Comparator<List<String>> FILE_ORDER =
      (a, b) -> {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
          int order = compare(a.get(i), b.get(i));
          if (order != 0) {
            return order;
          }
        }
        return Integer.compare(a.size(), b.size());
      };

  private static final int LEAST_PIECE_BYTES = 16 * 1024;
  private static final int MOST_PIECE_BYTES = 16 * 1024 * 1024;
  private static final int PIECES_AIMED_AT = 2048;

  private final String name;
  private final boolean multiFile;
  private final List<Entry> entries = new ArrayList<>();
  private final BDictionary.Builder root = BDictionary.builder();
  private final BDictionary.Builder info = BDictionary.builder();
  private int pieceLength;
  private Optional<byte[]> pieceHashes = Optional.empty();
  private Optional<List<byte[]>> fileHashes = Optional.empty();

  /** A file or link as it is to stand in the torrent. */
  private record Entry(
      List<String> path, long lengthBytes, String attributes, Optional<List<String>> linkTarget) {
    BDictionary.Builder encoded() {
      BDictionary.Builder file = BDictionary.builder().put("length", lengthBytes);
      if (!attributes.isEmpty()) {
        file.put("attr", attributes);
      }
      linkTarget.ifPresent(t -> file.put("symlink path", strings(t)));
      return file;
    }
  }

  private MetainfoBuilder(String name, boolean multiFile) {
    this.name = name;
    this.multiFile = multiFile;
    info.put("name", name);
  }

  /** A torrent of one file. */
  public static MetainfoBuilder singleFile(String name, long lengthBytes) {
    return singleFile(name, lengthBytes, "");
  }

  /** A torrent of one file with attributes (BEP 47). */
  public static MetainfoBuilder singleFile(String name, long lengthBytes, String attributes) {
    return new MetainfoBuilder(name, false).file(List.of(name), lengthBytes, attributes);
  }

  /** A torrent of files in a folder; add them in the order of their bytes. */
  public static MetainfoBuilder folder(String name) {
    return new MetainfoBuilder(name, true);
  }

  /** A power of two that makes about 2,048 pieces or fewer, but 16 KiB to 16 MiB. */
  public static int suggestedPieceLength(long totalBytes) {
    int length = LEAST_PIECE_BYTES;
    while (length < MOST_PIECE_BYTES && totalBytes / length > PIECES_AIMED_AT) {
      length *= 2;
    }
    return length;
  }

  /** A plain file of a folder. */
  public MetainfoBuilder file(List<String> path, long lengthBytes) {
    return file(path, lengthBytes, "");
  }

  /**
   * A file of a folder; attributes as BEP 47 has them: {@code x} executable, {@code h} hidden,
   * {@code p} padding.
   */
  public MetainfoBuilder file(List<String> path, long lengthBytes, String attributes) {
    entries.add(new Entry(List.copyOf(path), lengthBytes, attributes, Optional.empty()));
    return this;
  }

  /** A symbolic link in a folder (BEP 47); the target is relative to the folder. */
  public MetainfoBuilder link(List<String> path, List<String> target) {
    entries.add(new Entry(List.copyOf(path), 0, "l", Optional.of(List.copyOf(target))));
    return this;
  }

  /** Any length for v1, a power of two of at least 16 KiB for v2. */
  public MetainfoBuilder pieceLength(int bytes) {
    pieceLength = bytes;
    info.put("piece length", bytes);
    return this;
  }

  /**
   * For v1: the SHA-1 of every piece, one after another. The array is not copied. In a hybrid the
   * last piece of every file but the last is hashed with the zeros that fill it up.
   */
  public MetainfoBuilder pieceHashes(byte[] hashes) {
    pieceHashes = Optional.of(hashes);
    return this;
  }

  /**
   * For v2: for each file and link in order, the Merkle nodes over its pieces as {@link
   * MerkleHasher} gives them, one after another; nothing for a link or an empty file. The arrays
   * are not copied.
   */
  public MetainfoBuilder fileHashes(List<byte[]> layers) {
    fileHashes = Optional.of(List.copyOf(layers));
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
      root.put("url-list", strings(urls));
    }
    return this;
  }

  /** Peers only from the torrent's own trackers (BEP 27). */
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
    byte[] bytes = encoded();
    Metainfo.parse(bytes, NameRules.POSIX);
    return bytes;
  }

  /**
   * The same, read as this machine reads it.
   *
   * @throws MetainfoException if what was given makes no usable torrent
   */
  public Metainfo torrent() throws MetainfoException {
    return Metainfo.parse(encoded());
  }

  private byte[] encoded() throws MetainfoException {
    boolean usable =
        pieceLength > 0
            && (fileHashes.isEmpty()
                || (pieceLength >= LEAST_PIECE_BYTES && Integer.bitCount(pieceLength) == 1));
    if (!usable) {
      throw new MetainfoException(
          "piece length " + pieceLength + "; v2 needs a power of two of at least 16 KiB");
    }
    if (pieceHashes.isPresent()) {
      putV1(pieceHashes.get());
    }
    if (fileHashes.isPresent()) {
      putV2(fileHashes.get());
    }
    return root.put("info", info.build()).build().rawBytes();
  }

  private void putV1(byte[] hashes) {
    info.put("pieces", hashes);
    if (!multiFile) {
      info.put("length", entries.getFirst().lengthBytes());
      if (!entries.getFirst().attributes().isEmpty()) {
        info.put("attr", entries.getFirst().attributes());
      }
      return;
    }
    List<BDictionary> files = new ArrayList<>();
    long offset = 0;
    for (Entry entry : entries) {
      long padding =
          fileHashes.isPresent() && entry.lengthBytes() > 0
              ? Math.floorMod(-offset, pieceLength)
              : 0;
      if (padding > 0) {
        Entry pad =
            new Entry(List.of(".pad", Long.toString(padding)), padding, "p", Optional.empty());
        files.add(pad.encoded().put("path", strings(pad.path())).build());
      }
      files.add(entry.encoded().put("path", strings(entry.path())).build());
      offset += padding + entry.lengthBytes();
    }
    info.put("files", BList.of(files));
  }

  private void putV2(List<byte[]> hashes) throws MetainfoException {
    if (hashes.size() != entries.size()) {
      throw new MetainfoException(entries.size() + " files have hashes for " + hashes.size());
    }
    BDictionary.Builder layers = BDictionary.builder();
    Folder tree = new Folder();
    for (int i = 0; i < hashes.size(); i++) {
      Entry entry = entries.get(i);
      BDictionary.Builder file = entry.encoded();
      if (hashes.get(i).length > 0) {
        Sha256 piecesRoot = Merkle.fileRoot(hashes.get(i), pieceLength);
        file.put("pieces root", piecesRoot.toBytes());
        if (entry.lengthBytes() > pieceLength) {
          layers.put(BString.of(piecesRoot.toBytes()), BString.of(hashes.get(i)));
        }
      }
      tree.put(multiFile ? entry.path() : List.of(name), file.build());
    }
    info.put("meta version", 2).put("file tree", tree.encoded());
    root.put("piece layers", layers.build());
  }

  /** Collects a folder of the file tree before it is encoded. */
  private static final class Folder {
    private final TreeMap<String, Folder> folders = new TreeMap<>();
    private final BDictionary.Builder files = BDictionary.builder();

    void put(List<String> path, BDictionary file) {
      if (path.size() == 1) {
        files.put(path.getFirst(), BDictionary.builder().put("", file).build());
      } else {
        folders
            .computeIfAbsent(path.getFirst(), _ -> new Folder())
            .put(path.subList(1, path.size()), file);
      }
    }

    BDictionary encoded() {
      folders.forEach((folder, content) -> files.put(folder, content.encoded()));
      return files.build();
    }
  }

  private static BList strings(List<String> texts) {
    return BList.of(texts.stream().map(BString::of).toList());
  }

  /**
   * As the bytes of their UTF-8 are in order, of which chars tell unless they are half of a pair.
   */
  private static int compare(String a, String b) {
    int i = 0;
    int end = Math.min(a.length(), b.length());
    while (i < end && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    if (i < end && (Character.isSurrogate(a.charAt(i)) || Character.isSurrogate(b.charAt(i)))) {
      return Arrays.compareUnsigned(utf8(a), utf8(b));
    }
    return i < end ? Character.compare(a.charAt(i), b.charAt(i)) : a.length() - b.length();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
