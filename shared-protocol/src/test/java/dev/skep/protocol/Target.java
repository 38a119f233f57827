package dev.skep.protocol;

import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import dev.skep.protocol.bencode.DecodeOptions;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.KrpcCodec;
import dev.skep.protocol.encryption.Encrypted;
import dev.skep.protocol.encryption.EncryptedHandshake;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.protocol.metainfo.NameRules;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.DontHave;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.LocalAnnounce;
import dev.skep.protocol.peerwire.MetadataMessage;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.PexMessage;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.WireLimits;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.CompactPeers;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.HttpAnnounceReply;
import dev.skep.protocol.tracker.HttpScrapeCodec;
import dev.skep.protocol.tracker.ScrapeEntry;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.protocol.tracker.UdpCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder that strangers feed. {@link #run} either returns, having checked what it got, or throws
 * one of the named checked exceptions; anything else is a fault. Tests mutate valid input for it,
 * the fuzzer grows its own.
 */
public enum Target {
  BENCODE {
    @Override
    void decode(byte[] in) throws BencodeException {
      BValue value = Bencode.decode(in);
      require(Arrays.equals(Bencode.encode(value), in), "strict bencode has one form");
      require(Bencode.decode(in, DecodeOptions.LENIENT).equals(value), "lenient accepts strict");
    }

    @Override
    byte[] seed(Generator g) {
      return g.bvalue(4).rawBytes();
    }
  },

  BENCODE_LENIENT {
    @Override
    void decode(byte[] in) throws BencodeException {
      BValue value = Bencode.decode(in, DecodeOptions.LENIENT);
      byte[] raw = value.rawBytes();
      require(Arrays.equals(raw, Arrays.copyOf(in, raw.length)), "raw bytes are as received");
    }

    @Override
    byte[] seed(Generator g) {
      return g.bvalue(4).rawBytes();
    }
  },

  METAINFO {
    @Override
    void decode(byte[] in) throws MetainfoException {
      Metainfo posix = Metainfo.parse(in, NameRules.POSIX);
      requireSafe(posix);
      requireSafe(Metainfo.parse(in, NameRules.PORTABLE));
      posix.infoHash();
      posix.magnet();
      posix.nodes();
      posix.similar();
      posix.collections();
      posix.createdAt();
      posix.withTrackers(List.of(List.of("udp://t:1")));
      Metainfo again = Metainfo.ofInfo(posix.infoBytes(), posix.trackers());
      require(again.infoHash().equals(posix.infoHash()), "the info-hash is that of the bytes");
    }

    @Override
    byte[] seed(Generator g) {
      return g.torrent().metainfo();
    }
  },

  MAGNET {
    @Override
    void decode(byte[] in) throws MetainfoException {
      Magnet magnet = Magnet.parse(new String(in, StandardCharsets.UTF_8));
      require(Magnet.parse(magnet.toString()).equals(magnet), "a link is read back the same");
    }

    @Override
    byte[] seed(Generator g) {
      return g.magnet().toString().getBytes(StandardCharsets.UTF_8);
    }
  },

  HANDSHAKE {
    @Override
    void decode(byte[] in) throws ProtocolException {
      Handshake handshake = Handshake.decode(ByteBuffer.wrap(in));
      if (handshake != null) {
        ByteBuffer out = ByteBuffer.allocate(Handshake.BYTES);
        handshake.encode(out);
        require(out.flip().equals(ByteBuffer.wrap(in, 0, Handshake.BYTES)), "one form");
      }
    }

    @Override
    byte[] seed(Generator g) {
      ByteBuffer out = ByteBuffer.allocate(Handshake.BYTES);
      g.handshake().encode(out);
      return out.array();
    }
  },

  MESSAGES {
    @Override
    void decode(byte[] in) throws ProtocolException {
      ByteBuffer from = ByteBuffer.wrap(in);
      WireLimits limits = WireLimits.WITHOUT_METAINFO;
      while (true) {
        int start = from.position();
        PeerMessage message = PeerMessageCodec.decode(from, limits);
        if (message == null) {
          require(from.position() == start, "an incomplete message is left alone");
          return;
        }
        int length = PeerMessageCodec.encodedLength(message);
        require(from.position() - start == length, "what is taken is what is written");
        ByteBuffer out = ByteBuffer.allocate(length);
        PeerMessageCodec.encode(message, out);
        require(out.flip().equals(ByteBuffer.wrap(in, start, length)), "one form");
        if (message instanceof PeerMessage.Bits(byte[] bits)) {
          Bitfield.parse(bits, 8 * bits.length);
        }
        int body =
            switch (message) {
              case PeerMessage.Piece p -> p.lengthBytes();
              case PeerMessage.Unknown u -> u.lengthBytes();
              default -> 0;
            };
        from.position(Math.min(from.limit(), from.position() + body));
      }
    }

    @Override
    byte[] seed(Generator g) {
      ByteBuffer out = ByteBuffer.allocate(10_000);
      for (int i = 0; i < 5; i++) {
        PeerMessageCodec.encode(g.message(), out);
      }
      return Arrays.copyOf(out.array(), out.position());
    }
  },

  EXTENSION_HANDSHAKE {
    @Override
    void decode(byte[] in) throws ProtocolException {
      ExtensionHandshake handshake = ExtensionHandshake.decode(in);
      handshake.idOf(ExtensionHandshake.UT_PEX);
      ExtensionHandshake.decode(handshake.encode());
    }

    @Override
    byte[] seed(Generator g) {
      return g.extensionHandshake().encode();
    }
  },

  UT_METADATA {
    @Override
    void decode(byte[] in) throws ProtocolException {
      MetadataMessage message = MetadataMessage.decode(in);
      require(MetadataMessage.decode(message.encode()).equals(message), "read back the same");
    }

    @Override
    byte[] seed(Generator g) {
      return g.metadataMessage().encode();
    }
  },

  UT_PEX {
    @Override
    void decode(byte[] in) throws ProtocolException {
      PexMessage message = PexMessage.decode(in);
      require(message.added().size() <= 2 * PexMessage.MAX_PEERS, "bounded");
      PexMessage.decode(message.encode());
    }

    @Override
    byte[] seed(Generator g) {
      return g.pexMessage().encode();
    }
  },

  LT_DONTHAVE {
    @Override
    void decode(byte[] in) throws ProtocolException {
      require(Arrays.equals(DontHave.decode(in).encode(), in), "one form");
    }

    @Override
    byte[] seed(Generator g) {
      return new DontHave(g.below(Integer.MAX_VALUE)).encode();
    }
  },

  LOCAL_ANNOUNCE {
    @Override
    void decode(byte[] in) throws ProtocolException {
      LocalAnnounce announce = LocalAnnounce.decode(in);
      byte[] out = announce.encode("239.192.152.143:6771");
      require(out.length <= LocalAnnounce.MOST_BYTES, "it fits a datagram");
      require(LocalAnnounce.decode(out).equals(announce), "read back the same");
    }

    @Override
    byte[] seed(Generator g) {
      return new LocalAnnounce(
              1 + g.below(65_535),
              List.of(g.infoHash(), g.infoHash()),
              Optional.of("c" + g.below(9)))
          .encode("[ff15::efc0:988f]:6771");
    }
  },

  KRPC {
    @Override
    void decode(byte[] in) throws ProtocolException {
      Krpc message = KrpcCodec.decode(in);
      Krpc again = KrpcCodec.decode(KrpcCodec.encode(message));
      require(again.transaction().equals(message.transaction()), "the transaction stays");
      boolean cut = // a long text may be cut within a letter
          message instanceof Krpc.Failure
              || (message instanceof Krpc.Query query && query.ask() instanceof Krpc.Unknown);
      require(cut || again.equals(message), "read back the same");
    }

    @Override
    byte[] seed(Generator g) {
      return KrpcCodec.encode(g.krpc());
    }
  },

  ENCRYPTED_DIAL {
    @Override
    void decode(byte[] in) throws ProtocolException {
      takeAll(Encrypted.dial(), in);
    }

    @Override
    int weight() {
      return KEYS;
    }

    @Override
    byte[] seed(Generator g) {
      return Encrypted.said(g.below(2_000), false);
    }
  },

  ENCRYPTED_ANSWER {
    @Override
    void decode(byte[] in) throws ProtocolException {
      takeAll(Encrypted.answer(), in);
    }

    @Override
    int weight() {
      return KEYS;
    }

    @Override
    byte[] seed(Generator g) {
      return Encrypted.said(g.below(2_000), true);
    }
  },

  HTTP_QUERY {
    @Override
    void decode(byte[] in) throws TrackerProtocolException {
      AnnounceRequest request = HttpAnnounceQuery.parse(in, 0, in.length);
      require(request.leftBytes() >= -1 && request.numwant() >= -1, "in range");
      AnnounceRequest again = HttpAnnounceQuery.parse(HttpAnnounceQuery.format(request));
      require(again.infoHash().equals(request.infoHash()), "read back the same");
    }

    @Override
    byte[] seed(Generator g) {
      return HttpAnnounceQuery.format(g.announceRequest()).getBytes(StandardCharsets.US_ASCII);
    }
  },

  HOST_REPORT {
    @Override
    void decode(byte[] in) throws TrackerProtocolException {
      Optional<HostReport> report = HostReport.in(new String(in, StandardCharsets.ISO_8859_1));
      if (report.isPresent()) {
        require(HostReport.in(report.get().toQuery()).equals(report), "read back the same");
      }
    }

    @Override
    byte[] seed(Generator g) {
      return g.hostReport().toQuery().getBytes(StandardCharsets.US_ASCII);
    }
  },

  HTTP_SCRAPE_QUERY {
    @Override
    void decode(byte[] in) throws TrackerProtocolException {
      String query = new String(in, StandardCharsets.ISO_8859_1);
      List<InfoHash> hashes = HttpScrapeCodec.parseQuery(query, 5);
      require(
          HttpScrapeCodec.parseQuery(HttpScrapeCodec.toQuery(hashes), 5).equals(hashes),
          "read back the same");
    }

    @Override
    byte[] seed(Generator g) {
      return HttpScrapeCodec.toQuery(List.of(g.infoHash(), g.infoHash()))
          .getBytes(StandardCharsets.US_ASCII);
    }
  },

  HTTP_REPLY {
    @Override
    void decode(byte[] in) throws TrackerProtocolException {
      HttpAnnounceReply.parse(in);
    }

    @Override
    byte[] seed(Generator g) {
      ByteBuffer out = ByteBuffer.allocate(10_000);
      HttpAnnounceReply.encode(g.announceResponseWithIds(), g.chance(2), out);
      return Arrays.copyOf(out.array(), out.position());
    }
  },

  HTTP_SCRAPE_REPLY {
    @Override
    void decode(byte[] in) throws TrackerProtocolException {
      for (ScrapeEntry e : HttpScrapeCodec.parse(in)) {
        require(e.seeders() >= 0 && e.completed() >= 0 && e.leechers() >= 0, "in range");
      }
    }

    @Override
    byte[] seed(Generator g) {
      ByteBuffer out = ByteBuffer.allocate(1_000);
      HttpScrapeCodec.encode(List.of(g.scrapeEntry(), g.scrapeEntry()), out);
      return Arrays.copyOf(out.array(), out.position());
    }
  },

  UDP_REQUEST {
    @Override
    void decode(byte[] in) throws TrackerProtocolException {
      UdpCodec.decodeRequest(ByteBuffer.wrap(in));
    }

    @Override
    byte[] seed(Generator g) {
      ByteBuffer out = ByteBuffer.allocate(2_000);
      switch (g.below(3)) {
        case 0 -> UdpCodec.encodeConnect(g.below(9), out);
        case 1 -> UdpCodec.encodeAnnounce(1, 2, g.announceRequest(), g.text(300), out);
        default -> UdpCodec.encodeScrape(1, 2, List.of(g.infoHash(), g.infoHash()), out);
      }
      return Arrays.copyOf(out.array(), out.position());
    }
  },

  UDP_REPLY {
    @Override
    void decode(byte[] in) throws TrackerProtocolException {
      UdpCodec.decodeReply(ByteBuffer.wrap(in), false);
      UdpCodec.decodeReply(ByteBuffer.wrap(in), true);
    }

    @Override
    byte[] seed(Generator g) {
      ByteBuffer out = ByteBuffer.allocate(5_000);
      switch (g.below(4)) {
        case 0 -> UdpCodec.encodeConnectReply(1, 2, out);
        case 1 -> UdpCodec.encodeAnnounceReply(1, g.announceResponse(), g.chance(2), out);
        case 2 -> {
          UdpCodec.encodeScrapeReplyHeader(1, out);
          UdpCodec.encodeCounts(1, 2, 3, out);
        }
        default -> UdpCodec.encodeError(1, g.text(100), out);
      }
      return Arrays.copyOf(out.array(), out.position());
    }
  },

  COMPACT_PEERS {
    @Override
    void decode(byte[] in) throws TrackerProtocolException {
      for (int stride : new int[] {CompactPeers.IPV4_BYTES, CompactPeers.IPV6_BYTES}) {
        for (Endpoint peer : CompactPeers.decode(ByteBuffer.wrap(in), stride, 100)) {
          require(peer.port() != 0, "nobody can be reached at port 0");
        }
      }
    }

    @Override
    byte[] seed(Generator g) {
      return g.bytes(18 * (1 + g.below(20)));
    }
  };

  /** Decodes and checks; throws what the decoder names. */
  abstract void decode(byte[] in) throws Exception;

  /** A valid input. */
  abstract byte[] seed(Generator generator);

  /** So many times the work of most others. */
  int weight() {
    return 1;
  }

  /** Computing keys takes so much longer than reading bytes. */
  private static final int KEYS = 50;

  /** The name of the target's corpus folder, and how the fuzzer calls it. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Feeds it; whether it was accepted. Throws only what is a fault. */
  public boolean run(byte[] in) {
    try {
      decode(in);
      return true;
    } catch (BencodeException
        | MetainfoException
        | ProtocolException
        | TrackerProtocolException named) {
      require(!String.valueOf(named.getMessage()).isBlank(), "a refusal says why");
      return false;
    } catch (Exception e) {
      throw new AssertionError("not a named exception: " + e, e);
    }
  }

  /** In two parts, since what is read must not depend on how it is cut. */
  private static void takeAll(EncryptedHandshake side, byte[] in) throws ProtocolException {
    int half = in.length / 2;
    ByteBuffer first = ByteBuffer.wrap(in, 0, half);
    side.take(first);
    require(side.isDone() || !first.hasRemaining(), "what is awaited is taken");
    if (!side.isDone()) {
      side.take(ByteBuffer.wrap(in, half, in.length - half));
    }
    require(side.due().length <= 2_000, "bounded");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  /** Every path is inside the target folder, no two are the same, and none is another's folder. */
  private static void requireSafe(Metainfo torrent) {
    Path root = Path.of("/downloads");
    Path top = root.resolve(torrent.name());
    require(root.equals(top.normalize().getParent()), "the torrent's name is one name");
    Set<Path> files = new HashSet<>();
    Set<Path> folders = new HashSet<>();
    for (TorrentFile file : torrent.files()) {
      if (file.padding()) {
        continue;
      }
      List<List<String>> paths = new ArrayList<>(List.of(file.path()));
      file.linkTarget().ifPresent(paths::add);
      for (List<String> path : paths) {
        Path resolved = top;
        for (String name : path) {
          require(name.indexOf('/') < 0 && name.indexOf('\0') < 0, "a name is one name");
          resolved = resolved.resolve(name);
        }
        require(resolved.equals(resolved.normalize()), "no way up in " + path);
        require(resolved.getNameCount() == 2 + path.size(), "below the folder: " + path);
      }
      Path at = top;
      for (String folder : file.path().subList(0, file.path().size() - 1)) {
        at = at.resolve(folder);
        folders.add(at);
      }
      require(files.add(at.resolve(file.path().getLast())), "two files at " + file.path());
    }
    folders.retainAll(files);
    require(folders.isEmpty(), "a file is a folder too: " + folders);
    torrent.layout().block(torrent.layout().pieceCount() - 1, 0);
  }
}
