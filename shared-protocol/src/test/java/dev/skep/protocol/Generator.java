package dev.skep.protocol;

import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BInteger;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.dht.DhtItem;
import dev.skep.protocol.dht.DhtNode;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.NodeId;
import dev.skep.protocol.dht.PeerFilter;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.MerkleHasher;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.MetadataMessage;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PexMessage;
import dev.skep.protocol.peerwire.Reserved;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.HeldPieces;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.ScrapeEntry;
import dev.skep.protocol.tracker.TrackerReply;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Random values of every type; the same seed gives the same values. */
public final class Generator {
  private final SplittableRandom random;

  public Generator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** From 0 to before a bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  public boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Small numbers, large ones and the edges. */
  public long number() {
    return switch (below(5)) {
      case 0 -> below(10);
      case 1 -> random.nextLong();
      case 2 -> Long.MAX_VALUE - below(2);
      case 3 -> Long.MIN_VALUE + below(2);
      default -> random.nextLong(1_000_000) - 500_000;
    };
  }

  private long natural() {
    return number() & Long.MAX_VALUE;
  }

  private int naturalInt() {
    return chance(4) ? Integer.MAX_VALUE - below(2) : below(chance(2) ? 10 : 1_000_000);
  }

  /** Text with letters, marks, other scripts and what URLs and shells treat specially. */
  public String text(int maxLength) {
    String alphabet = "abcXYZ019 -_.~!*'()%+&=?/:#[]@,;äßéñ漢字🐝\u0301\"\\";
    int[] points = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = below(maxLength + 1); i > 0; i--) {
      text.appendCodePoint(points[below(points.length)]);
    }
    return text.toString();
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return chance(2) ? Optional.of(value.get()) : Optional.empty();
  }

  private <T> List<T> listOf(int max, Supplier<T> value) {
    List<T> list = new ArrayList<>();
    for (int i = below(max + 1); i > 0; i--) {
      list.add(value.get());
    }
    return list;
  }

  public BValue bvalue(int depth) {
    return switch (depth == 0 ? below(2) : below(4)) {
      case 0 -> BString.of(bytes(below(30)));
      case 1 -> new BInteger(number());
      case 2 -> BList.of(listOf(5, () -> bvalue(depth - 1)));
      default -> {
        BDictionary.Builder all = BDictionary.builder();
        for (int i = below(6); i > 0; i--) {
          all.put(BString.of(bytes(below(8))), bvalue(depth - 1));
        }
        yield all.build();
      }
    };
  }

  public InfoHash infoHash() {
    return InfoHash.of(bytes(20));
  }

  public PeerId peerId() {
    return PeerId.of(bytes(20));
  }

  public Sha256 sha256() {
    return Sha256.of(bytes(32));
  }

  public InetAddress address() {
    try {
      return InetAddress.getByAddress(bytes(chance(2) ? 4 : 16));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** Never port 0, which decoders leave out. */
  public Endpoint endpoint() {
    return new Endpoint(address(), 1 + below(65_535));
  }

  public Magnet magnet() {
    Optional<InfoHash> v1 = maybe(this::infoHash);
    Optional<InfoHashV2> v2 =
        v1.isEmpty() || chance(2) ? Optional.of(new InfoHashV2(sha256())) : Optional.empty();
    return new Magnet(
        v1,
        v2,
        maybe(() -> "n" + text(20)),
        listOf(4, () -> "http://t" + below(10_000) + text(10)).stream().distinct().toList(),
        listOf(4, () -> endpoint().toString()).stream().distinct().toList(),
        listOf(2, () -> "http://w" + below(10_000) + text(10)).stream().distinct().toList(),
        listOf(
            3,
            () -> {
              int first = below(100);
              return new Magnet.FileRange(first, first + below(3));
            }));
  }

  public Handshake handshake() {
    return new Handshake(new Reserved(random.nextLong()), infoHash(), peerId());
  }

  public BlockRef blockRef() {
    return new BlockRef(naturalInt() % 1_000_000, naturalInt(), below(128 * 1024 + 1));
  }

  private HashRange hashRange() {
    int length = 2 << below(9);
    return new HashRange(sha256(), below(51), below(1000) * length, length, below(51));
  }

  public PeerMessage message() {
    int piece = below(1_000_000);
    return switch (below(21)) {
      case 0 -> PeerMessage.KEEP_ALIVE;
      case 1 -> PeerMessage.CHOKE;
      case 2 -> PeerMessage.UNCHOKE;
      case 3 -> PeerMessage.INTERESTED;
      case 4 -> PeerMessage.NOT_INTERESTED;
      case 5 -> new PeerMessage.Have(piece);
      case 6 -> new PeerMessage.Bits(bytes(below(100)));
      case 7 -> new PeerMessage.Request(blockRef());
      case 8 -> new PeerMessage.Piece(piece, naturalInt(), below(128 * 1024 + 1));
      case 9 -> new PeerMessage.Cancel(blockRef());
      case 10 -> new PeerMessage.Port(below(65_536));
      case 11 -> new PeerMessage.Suggest(piece);
      case 12 -> PeerMessage.HAVE_ALL;
      case 13 -> PeerMessage.HAVE_NONE;
      case 14 -> new PeerMessage.Reject(blockRef());
      case 15 -> new PeerMessage.AllowedFast(piece);
      case 16 -> new PeerMessage.Extended(below(256), bytes(below(100)));
      case 17 -> new PeerMessage.HashRequest(hashRange());
      case 18 -> new PeerMessage.Hashes(hashRange(), bytes(32 * below(20)));
      case 19 -> new PeerMessage.HashReject(hashRange());
      default -> new PeerMessage.Unknown(24 + below(200), below(1 << 20));
    };
  }

  public Bitfield bitfield() {
    Bitfield field = new Bitfield(below(300));
    for (int i = 0; i < field.size(); i++) {
      if (chance(2)) {
        field.set(i);
      }
    }
    return field;
  }

  public ExtensionHandshake extensionHandshake() {
    Map<String, Integer> ids = new TreeMap<>();
    for (int i = below(5); i > 0; i--) {
      ids.put(text(10), below(256));
    }
    return new ExtensionHandshake(
        ids,
        maybe(() -> text(20)),
        chance(2) ? OptionalInt.of(1 + below(65_535)) : OptionalInt.empty(),
        chance(2) ? OptionalInt.of(1 + below(500)) : OptionalInt.empty(),
        chance(2) ? OptionalLong.of(1 + below(1_000_000)) : OptionalLong.empty(),
        maybe(this::address),
        maybe(() -> chance(2)));
  }

  public MetadataMessage metadataMessage() {
    int piece = below(1000);
    return switch (below(4)) {
      case 0 -> new MetadataMessage.Request(piece);
      case 1 -> {
        int last = 1 + below(100);
        yield new MetadataMessage.Data(piece, piece * 16_384L + last, bytes(last));
      }
      case 2 -> new MetadataMessage.Reject(piece);
      default -> new MetadataMessage.Unknown(piece, 3 + below(1000));
    };
  }

  /** IPv4 before IPv6, as they come back. */
  public PexMessage pexMessage() {
    List<Endpoint> added = ordered(20);
    return new PexMessage(
        added.stream().map(e -> new PexMessage.Added(e, below(256))).toList(), ordered(20));
  }

  private List<Endpoint> ordered(int max) {
    return listOf(max, this::endpoint).stream()
        .sorted((a, b) -> Boolean.compare(b.isIpv4(), a.isIpv4()))
        .toList();
  }

  public NodeId nodeId() {
    return NodeId.of(infoHash());
  }

  /** One whose signature is none. */
  public DhtItem dhtItem() {
    return chance(2)
        ? new DhtItem.Immutable(bvalue(2))
        : new DhtItem.Mutable(
            BString.of(bytes(32)),
            BString.of(bytes(below(9))),
            natural(),
            bvalue(2),
            BString.of(bytes(64)));
  }

  private Krpc.More more() {
    return switch (below(4)) {
      case 0 -> Krpc.NOTHING;
      case 1 -> new Krpc.Item(dhtItem());
      case 2 -> new Krpc.Samples(below(21_600), below(1_000), listOf(20, this::infoHash));
      default ->
          new Krpc.Counts(
              PeerFilter.of(BString.of(bytes(PeerFilter.BYTES))),
              PeerFilter.of(BString.of(bytes(PeerFilter.BYTES))));
    };
  }

  /** A datagram of the DHT. */
  public Krpc krpc() {
    BString transaction = BString.of(bytes(1 + below(8)));
    Krpc.Want want = new Krpc.Want(chance(2), chance(2));
    Krpc.Ask ask =
        switch (below(7)) {
          case 0 -> new Krpc.Ping();
          case 4 -> new Krpc.GetItem(nodeId(), want);
          case 5 ->
              new Krpc.PutItem(
                  dhtItem(),
                  chance(2) ? OptionalLong.of(below(9)) : OptionalLong.empty(),
                  BString.of(bytes(8)));
          case 1 -> new Krpc.FindNode(nodeId(), want);
          case 2 -> new Krpc.GetPeers(infoHash(), chance(2), want);
          case 6 -> new Krpc.Sample(nodeId(), want);
          default ->
              new Krpc.Announce(infoHash(), below(65_536), chance(2), BString.of(bytes(below(20))));
        };
    return switch (below(5)) {
      case 0 -> new Krpc.Failure(transaction, 200 + below(5), "no");
      case 1, 2 -> new Krpc.Query(transaction, nodeId(), chance(4), ask);
      default ->
          new Krpc.Reply(
              transaction,
              nodeId(),
              listOf(8, () -> new DhtNode(nodeId(), Endpoint.of("10.0.0." + below(9), 1))),
              listOf(8, () -> Endpoint.of("2001:db8::" + below(9), 1)),
              maybe(() -> BString.of(bytes(8))),
              more(),
              maybe(() -> Endpoint.of("192.0.2.1", 9)));
    };
  }

  public AnnounceRequest announceRequest() {
    return AnnounceRequest.builder(infoHash(), peerId(), below(65_536))
        .transferred(natural(), natural())
        .left(chance(5) ? AnnounceRequest.UNKNOWN : natural())
        .event(List.of(AnnounceEvent.values()).get(below(5)))
        .numwant(chance(3) ? AnnounceRequest.UNKNOWN : naturalInt())
        .key(random.nextInt())
        .compact(chance(2))
        .noPeerId(chance(2))
        .trackerId(maybe(() -> BString.of(bytes(below(20)))))
        .statedAddresses(listOf(3, this::address))
        .build();
  }

  public HostReport hostReport() {
    var host =
        new HostIdentity(
            "web-" + naturalInt(),
            "%016x%016x".formatted(random.nextLong(), random.nextLong()),
            listOf(4, () -> "l." + below(100)));
    HostReport.State[] states = HostReport.State.values();
    return new HostReport(
        host,
        states[below(states.length)],
        maybe(() -> text(200)),
        chance(2) ? HeldPieces.of(heldBits()) : Optional.empty());
  }

  /** Of any density, as downloads are in order or not. */
  public byte[] heldBits() {
    byte[] bits = new byte[below(600)];
    int oneIn = 1 + below(40);
    boolean there = chance(2);
    for (int i = 0; i < Byte.SIZE * bits.length; i++) {
      there ^= chance(oneIn);
      bits[i / Byte.SIZE] |= (byte) (there ? 0x80 >>> (i % Byte.SIZE) : 0);
    }
    return bits;
  }

  public AnnounceResponse announceResponse() {
    return new AnnounceResponse(
        Duration.ofSeconds(naturalInt()),
        Duration.ofSeconds(naturalInt()),
        naturalInt(),
        naturalInt(),
        chance(3) ? AnnounceResponse.UNKNOWN : naturalInt(),
        ordered(60),
        Map.of(),
        maybe(() -> text(20)),
        maybe(() -> BString.of(bytes(below(20)))),
        maybe(this::address),
        List.of());
  }

  public Optional<Duration> retryIn() {
    return chance(3)
        ? Optional.of(TrackerReply.NEVER)
        : maybe(() -> Duration.ofMinutes(naturalInt()));
  }

  /** {@link #announceResponse} with ids of some peers, as only dictionaries carry them. */
  public AnnounceResponse announceResponseWithIds() {
    AnnounceResponse r = announceResponse();
    Map<Endpoint, PeerId> ids = new HashMap<>();
    r.peers().stream().filter(_ -> chance(2)).forEach(peer -> ids.put(peer, peerId()));
    return new AnnounceResponse(
        r.interval(),
        r.minInterval(),
        r.seeders(),
        r.leechers(),
        r.completed(),
        r.peers(),
        ids,
        r.warning(),
        r.trackerId(),
        r.externalAddress(),
        r.namedPeers());
  }

  public ScrapeEntry scrapeEntry() {
    int downloaders = chance(2) ? ScrapeEntry.UNKNOWN : naturalInt();
    return new ScrapeEntry(infoHash(), naturalInt(), naturalInt(), naturalInt(), downloaders);
  }

  /** A torrent's files: data of every byte, so that hashes can be checked. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Torrent(byte[] metainfo, List<byte[]> data) {}

  /** A v1, v2 or hybrid torrent over up to 8 small files. */
  public Torrent torrent() {
    boolean v1 = chance(2);
    boolean v2 = !v1 || chance(2);
    int pieceLength = 16_384 << below(3);
    boolean folder = chance(3);
    TreeMap<List<String>, byte[]> files = new TreeMap<>(MetainfoBuilder.FILE_ORDER);
    for (int i = folder ? 1 + below(7) : 1; i > 0; i--) {
      int length = chance(6) && folder ? 0 : 1 + below(3 * pieceLength);
      List<String> path = new ArrayList<>();
      for (int depth = folder ? below(3) : 0; depth > 0; depth--) {
        path.add("d" + below(3));
      }
      path.add("f" + i + text(5).replace('/', '_'));
      files.put(path, bytes(length));
    }
    if (files.values().stream().allMatch(d -> d.length == 0)) {
      files.put(List.of("f"), bytes(1));
    }
    MetainfoBuilder builder =
        folder
            ? MetainfoBuilder.folder("folder" + text(5).replace('/', '_'))
            : MetainfoBuilder.singleFile("file" + below(10), files.firstEntry().getValue().length);
    if (folder) {
      files.forEach((path, data) -> builder.file(path, data.length));
    }
    builder.pieceLength(pieceLength);
    List<byte[]> data = List.copyOf(files.values());
    if (v1) {
      builder.pieceHashes(sha1s(data, pieceLength, v2));
    }
    if (v2) {
      builder.fileHashes(data.stream().map(d -> merkleLayer(d, pieceLength)).toList());
    }
    if (chance(2)) {
      builder
          .trackers(listOf(3, () -> listOf(3, () -> "http://t" + below(100) + "/announce")))
          .webSeeds(listOf(2, () -> "http://w" + below(100)))
          .comment(text(20))
          .source(text(5))
          .createdAt(Instant.ofEpochSecond(below(Integer.MAX_VALUE)))
          .privateTorrent(chance(2))
          .similar(listOf(2, this::infoHash));
    }
    try {
      return new Torrent(builder.build(), data);
    } catch (MetainfoException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] sha1s(List<byte[]> files, int pieceLength, boolean aligned) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] file : files) {
      if (aligned && file.length > 0) {
        all.writeBytes(new byte[Math.floorMod(-all.size(), pieceLength)]);
      }
      all.writeBytes(file);
    }
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      ByteArrayOutputStream hashes = new ByteArrayOutputStream();
      for (int from = 0; from < all.size(); from += pieceLength) {
        sha1.update(all.toByteArray(), from, Math.min(pieceLength, all.size() - from));
        hashes.writeBytes(sha1.digest());
      }
      return hashes.toByteArray();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] merkleLayer(byte[] file, int pieceLength) {
    MerkleHasher hasher = new MerkleHasher();
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    for (int from = 0; from < file.length; from += pieceLength) {
      hasher.update(ByteBuffer.wrap(file, from, Math.min(pieceLength, file.length - from)));
      layer.writeBytes(
          hasher.root(file.length <= pieceLength ? 1 : pieceLength / 16_384).toBytes());
    }
    return layer.toByteArray();
  }
}
