package dev.skep.protocol.metainfo;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.InfoHashV2;
import dev.skep.protocol.Sha256;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BInteger;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import dev.skep.protocol.bencode.DecodeOptions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A torrent's metainfo (BEP 3): everything that a .torrent file says, checked. Immutable; every
 * path is safe.
 *
 * <p>Keys that nobody here knows survive in {@link #raw()}.
 */
public final class Metainfo {
  private final BDictionary raw;
  private final NameRules rules;
  private final BDictionary info;
  private final InfoContent content;
  private final Padding padding;
  private @Nullable InfoHash infoHashV1;
  private @Nullable InfoHashV2 infoHashV2;

  private Metainfo(BDictionary raw, NameRules rules) throws MetainfoException {
    this.raw = raw;
    this.rules = rules;
    Optional<BDictionary> content = raw.dictionary("info");
    if (content.isEmpty()) {
      throw new MetainfoException("not a torrent: it has no info dictionary");
    }
    this.info = content.get();
    this.content = InfoContent.read(raw, info, rules);
    padding = Padding.of(this.content.files());
  }

  /**
   * Reads a .torrent file, with names as this machine's file systems allow them.
   *
   * @throws MetainfoException if it is not one, or one that no one can use
   */
  public static Metainfo parse(byte[] bytes) throws MetainfoException {
    return parse(bytes, NameRules.ofHost());
  }

  /**
   * Reads a .torrent file. Do not change the array afterwards.
   *
   * @throws MetainfoException if it is not one, or one that no one can use
   */
  public static Metainfo parse(byte[] bytes, NameRules rules) throws MetainfoException {
    return new Metainfo(decode(bytes, "torrent"), rules);
  }

  /**
   * From an info dictionary that a peer sent (BEP 9); the caller checks its hash.
   *
   * @throws MetainfoException if it is not one, or one that no one can use
   */
  public static Metainfo ofInfo(byte[] infoBytes, List<List<String>> trackers)
      throws MetainfoException {
    BDictionary.Builder root =
        BDictionary.builder().put("info", decode(infoBytes, "info dictionary"));
    TrackerTiers.put(root, trackers);
    return new Metainfo(root.build(), NameRules.ofHost());
  }

  private static BDictionary decode(byte[] bytes, String what) throws MetainfoException {
    try {
      if (Bencode.decode(bytes, DecodeOptions.LENIENT) instanceof BDictionary dictionary) {
        return dictionary;
      }
    } catch (BencodeException e) {
      throw new MetainfoException("not a " + what + ": " + e.getMessage(), e);
    }
    throw new MetainfoException("not a " + what + ": it is no dictionary");
  }

  /** SHA-1 of the info dictionary; empty for a torrent that is v2 only. */
  public Optional<InfoHash> infoHashV1() {
    if (!content.hasV1()) {
      return Optional.empty();
    }
    // Computed when first asked for; two threads at worst compute the same value.
    InfoHash hash = infoHashV1;
    if (hash == null) {
      hash = InfoHash.of(digest("SHA-1"));
      infoHashV1 = hash;
    }
    return Optional.of(hash);
  }

  /** SHA-256 of the info dictionary; empty for a torrent that is v1 only. */
  public Optional<InfoHashV2> infoHashV2() {
    if (!content.hasV2()) {
      return Optional.empty();
    }
    InfoHashV2 hash = infoHashV2;
    if (hash == null) {
      hash = InfoHashV2.of(digest("SHA-256"));
      infoHashV2 = hash;
    }
    return Optional.of(hash);
  }

  private byte[] digest(String algorithm) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      info.update(digest);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  /**
   * What announces and handshakes carry: the v1 hash if there is one, else the first 20 bytes of
   * the v2 hash.
   */
  public InfoHash infoHash() {
    return infoHashV1().orElseGet(() -> infoHashV2().orElseThrow().truncated());
  }

  /** A safe name for the file, or for the folder that holds the files. */
  public String name() {
    return content.name();
  }

  /** The files' bytes, padding not counted. */
  public long totalBytes() {
    return content.payloadBytes();
  }

  public PieceLayout layout() {
    return content.layout();
  }

  /** Which of the bytes that {@link #layout} lays out are padding. */
  public Padding padding() {
    return padding;
  }

  /** All files in the order of their bytes, padding files and links too. */
  public List<TorrentFile> files() {
    return content.files();
  }

  /**
   * Whether the files lie in a folder called {@link #name()}; else the only file is called so
   * itself.
   */
  public boolean multiFile() {
    return content.multiFile();
  }

  /**
   * By which names the torrent itself calls a file, from its root on: the torrent's own name, and
   * where it has several files those of folders and file. They may be unsafe.
   */
  public List<String> originalPath(TorrentFile file) {
    List<String> path =
        new ArrayList<>(content.original().getOrDefault(List.of(), List.of(name())));
    if (multiFile()) {
      path.addAll(content.original().getOrDefault(file.path(), file.path()));
    }
    return path;
  }

  /** What was changed to make names safe, a line each. */
  public List<String> notes() {
    return content.notes();
  }

  /**
   * The SHA-1 that a piece must have.
   *
   * @throws IndexOutOfBoundsException if there is no such piece
   * @throws IllegalStateException if the torrent is v2 only
   */
  public byte[] pieceHash(int piece) {
    byte[] hash = new byte[InfoHash.BYTES];
    pieces().copyTo(hashOffset(piece), hash, 0, hash.length);
    return hash;
  }

  /**
   * Whether a piece's data has the SHA-1 that it must have. {@link #pieceHasher} knows v2 too.
   *
   * @throws IndexOutOfBoundsException if there is no such piece
   * @throws IllegalStateException if the torrent is v2 only
   */
  public boolean pieceMatches(int piece, byte[] sha1) {
    return sha1.length == InfoHash.BYTES && pieces().matches(hashOffset(piece), sha1);
  }

  private BString pieces() {
    return content
        .pieces()
        .orElseThrow(() -> new IllegalStateException("a v2 torrent has no SHA-1 per piece"));
  }

  private int hashOffset(int piece) {
    return Objects.checkIndex(piece, layout().pieceCount()) * InfoHash.BYTES;
  }

  /** Checks pieces against all hashes that the torrent has, v1 and v2. One thread may use it. */
  public PieceHasher pieceHasher() {
    return new PieceHasher(this, content.layers());
  }

  /**
   * Whether every piece can be checked: false for a v2 torrent whose piece layers are not known yet
   * (BEP 9).
   */
  public boolean hasAllHashes() {
    return content.hasV1() || content.layers().map(PieceLayers::complete).orElse(false);
  }

  /**
   * A layer of hashes that a v2 torrent lacks (BEP 52).
   *
   * @param root of the file, or of several equal ones
   * @param nodes how many: one for each piece, at least 2
   * @param layer how many layers above the leaves
   */
  public record MissingLayer(Sha256 root, int nodes, int layer) {}

  /** The layers without which pieces cannot be checked; none if they can be. */
  public List<MissingLayer> missingLayers() {
    return hasAllHashes()
        ? List.of()
        : content.layers().map(PieceLayers::missing).orElse(List.of());
  }

  /**
   * The same torrent with these layers.
   *
   * @param byRoot the nodes that cover each piece, by the file's root
   * @throws MetainfoException if one does not have its root
   */
  public Metainfo withPieceLayers(Map<Sha256, byte[]> byRoot) throws MetainfoException {
    BDictionary.Builder layers = BDictionary.builder();
    byRoot.forEach((root, layer) -> layers.put(BString.of(root.toBytes()), BString.of(layer)));
    return new Metainfo(raw.toBuilder().put("piece layers", layers.build()).build(), rules);
  }

  /**
   * The tree above the pieces of a v2 file that has several, made anew.
   *
   * @return empty if there is no such file, or its layer is not known
   */
  public Optional<MerkleTree> pieceTree(Sha256 root) {
    return content.layers().flatMap(layers -> layers.tree(root));
  }

  /** The link that leads to this torrent (BEP 9). */
  public Magnet magnet() {
    return new Magnet(
        infoHashV1(),
        infoHashV2(),
        Optional.of(name()),
        trackers().stream().flatMap(List::stream).toList(),
        List.of(),
        webSeeds(),
        List.of());
  }

  /** Announce URLs by tier (BEP 12), or the only one; empty when there is none. */
  public List<List<String>> trackers() {
    return TrackerTiers.read(raw);
  }

  /** Where the files can be had over HTTP (BEP 19). */
  public List<String> webSeeds() {
    return strings(raw, "url-list");
  }

  /** Where the pieces can be had from a seeding script (BEP 17). */
  public List<String> httpSeeds() {
    return strings(raw, "httpseeds");
  }

  /** DHT nodes to begin with, as {@code host:port} (BEP 5). */
  public List<String> nodes() {
    List<String> nodes = new ArrayList<>();
    for (BValue node : raw.list("nodes").orElse(BList.of(List.of()))) {
      if (node instanceof BList pair
          && pair.size() == 2
          && pair.get(0) instanceof BString host
          && pair.get(1) instanceof BInteger(long port)
          && port > 0
          && port < 65536) {
        nodes.add(
            (host.text().indexOf(':') < 0 ? host.text() : "[" + host.text() + "]") + ":" + port);
      }
    }
    return List.copyOf(nodes);
  }

  /** Peers only from the torrent's own trackers (BEP 27). */
  public boolean isPrivate() {
    return info.integer("private").orElse(0) == 1;
  }

  public Optional<String> comment() {
    return text("comment");
  }

  public Optional<String> createdBy() {
    return text("created by");
  }

  /** When it was made, if it says so and the year is within 1970 to 9999. */
  public Optional<Instant> createdAt() {
    long seconds = raw.integer("creation date").orElse(-1);
    return seconds < 0 || seconds > 253_402_300_799L
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(seconds));
  }

  /** A mark that gives the same content another info-hash, as private trackers want it. */
  public Optional<String> source() {
    return info.string("source").map(BString::text);
  }

  /** Torrents that may share files with this one (BEP 38). */
  public List<InfoHash> similar() {
    List<InfoHash> hashes = new ArrayList<>();
    for (BDictionary where : List.of(info, raw)) {
      for (BValue hash : where.list("similar").orElse(BList.of(List.of()))) {
        if (hash instanceof BString s && s.length() == InfoHash.BYTES) {
          hashes.add(InfoHash.of(s.toBytes()));
        }
      }
    }
    return hashes.stream().distinct().toList();
  }

  /** Collections that it belongs to (BEP 38). */
  public List<String> collections() {
    List<String> names = new ArrayList<>(strings(info, "collections"));
    names.addAll(strings(raw, "collections"));
    return names.stream().distinct().toList();
  }

  /** The whole .torrent file. */
  public BDictionary raw() {
    return raw;
  }

  /**
   * The info dictionary as received: what the info-hash is taken over and what peers are sent (BEP
   * 9).
   */
  public byte[] infoBytes() {
    return info.rawBytes();
  }

  /** Length of {@link #infoBytes}. */
  public int infoLengthBytes() {
    return info.rawLength();
  }

  /**
   * A part of {@link #infoBytes}, without a copy of the rest.
   *
   * @throws IndexOutOfBoundsException if it has no such part
   */
  public byte[] infoBytes(int offset, int length) {
    return info.rawBytes(offset, length);
  }

  /** The same torrent with other trackers; its info-hash stays. */
  public Metainfo withTrackers(List<List<String>> trackers) {
    BDictionary.Builder root = raw.toBuilder();
    TrackerTiers.put(root, trackers);
    return of(root);
  }

  /** The same torrent with other web servers of its files (BEP 19); its info-hash stays. */
  public Metainfo withWebSeeds(List<String> urls) {
    if (urls.isEmpty() && webSeeds().isEmpty()) {
      return this;
    }
    List<BValue> list = new ArrayList<>();
    urls.forEach(url -> list.add(BString.of(url)));
    return of(raw.toBuilder().put("url-list", BList.of(list)));
  }

  private Metainfo of(BDictionary.Builder root) {
    try {
      return new Metainfo(root.build(), rules);
    } catch (MetainfoException e) {
      throw new IllegalStateException("was valid with what it named before", e);
    }
  }

  private Optional<String> text(String key) {
    return raw.string(key + ".utf-8").or(() -> raw.string(key)).map(BString::text);
  }

  /** One string, or a list of them; empty ones are left out. */
  private static List<String> strings(BDictionary in, String key) {
    List<String> all = new ArrayList<>();
    in.string(key).ifPresent(s -> all.add(s.text()));
    for (BValue value : in.list(key).orElse(BList.of(List.of()))) {
      if (value instanceof BString s) {
        all.add(s.text());
      }
    }
    all.removeIf(String::isEmpty);
    return all.stream().distinct().toList();
  }
}
