package dev.skep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceHasher;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.DontHave;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.MetadataMessage;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.PexMessage;
import dev.skep.protocol.peerwire.WireLimits;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.CompactPeers;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.HttpAnnounceReply;
import dev.skep.protocol.tracker.HttpScrapeCodec;
import dev.skep.protocol.tracker.ScrapeEntry;
import dev.skep.protocol.tracker.TrackerReply;
import dev.skep.protocol.tracker.UdpCodec;
import dev.skep.protocol.tracker.UdpReply;
import dev.skep.protocol.tracker.UdpRequest;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written is read back the same, for random values of every type. */
class RoundTripTest {
  private static final int RUNS = 2_000;

  private interface Property {
    void check(Generator generator) throws Exception;
  }

  private static void always(int runs, Property property) {
    for (long seed = 0; seed < runs; seed++) {
      try {
        property.check(new Generator(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void bencodedValues() {
    always(
        RUNS,
        g -> {
          BValue value = g.bvalue(4);
          byte[] bytes = Bencode.encode(value);
          BValue decoded = Bencode.decode(bytes);
          assertThat(decoded).isEqualTo(value).hasSameHashCodeAs(value);
          assertThat(Bencode.encode(decoded)).isEqualTo(bytes);
          assertThat(decoded.rawLength()).isEqualTo(bytes.length);
        });
  }

  @Test
  void hashesIdsAndEndpoints() {
    always(
        RUNS,
        g -> {
          InfoHash hash = g.infoHash();
          assertThat(InfoHash.of(hash.toBytes())).isEqualTo(hash);
          assertThat(InfoHash.fromHex(hash.hex())).isEqualTo(hash);
          PeerId id = g.peerId();
          assertThat(PeerId.of(id.toBytes())).isEqualTo(id);
          assertThat(PeerId.fromHex(id.hex())).isEqualTo(id);
          Sha256 digest = g.sha256();
          assertThat(Sha256.of(digest.toBytes())).isEqualTo(digest);
          assertThat(Sha256.fromHex(digest.hex())).isEqualTo(digest);
          assertThat(new InfoHashV2(digest).truncated().toBytes())
              .isEqualTo(Arrays.copyOf(digest.toBytes(), 20));
          Endpoint at = g.endpoint();
          assertThat(Endpoint.parse(at.toString())).isEqualTo(at);
        });
  }

  @Test
  void infoHashesAreOrderedAsTheirBytes() {
    always(
        RUNS,
        g -> {
          InfoHash a = g.infoHash();
          InfoHash b =
              g.chance(2) ? g.infoHash() : new InfoHash(a.high(), a.middle(), g.below(9) - 4);
          assertThat(Integer.signum(a.compareTo(b)))
              .isEqualTo(Integer.signum(Arrays.compareUnsigned(a.toBytes(), b.toBytes())));
        });
  }

  @Test
  void magnetLinks() {
    always(
        RUNS,
        g -> {
          Magnet magnet = g.magnet();
          assertThat(Magnet.parse(magnet.toString())).isEqualTo(magnet);
        });
  }

  @Test
  void torrentsAndTheDataThatTheyDescribe() {
    always(
        200,
        g -> {
          Generator.Torrent torrent = g.torrent();
          Metainfo read = Metainfo.parse(torrent.metainfo());
          assertThat(read.raw().rawBytes()).isEqualTo(torrent.metainfo());
          assertThat(Metainfo.ofInfo(read.infoBytes(), List.of()).infoHash())
              .isEqualTo(read.infoHash());
          assertThat(Magnet.parse(read.magnet().toString())).isEqualTo(read.magnet());
          assertThat(read.hasAllHashes()).isTrue();
          assertThat(read.totalBytes())
              .isEqualTo(torrent.data().stream().mapToLong(d -> d.length).sum());
          byte[] all = new byte[(int) read.layout().totalBytes()];
          List<TorrentFile> files = read.files().stream().filter(f -> !f.padding()).toList();
          for (int i = 0; i < files.size(); i++) {
            byte[] data = torrent.data().get(i);
            System.arraycopy(data, 0, all, (int) files.get(i).offsetBytes(), data.length);
          }
          PieceHasher hasher = read.pieceHasher();
          for (int piece = 0; piece < read.layout().pieceCount(); piece++) {
            assertThat(matches(hasher, read, piece, all)).isTrue();
            int flipped =
                (int) read.layout().offsetBytes(piece) + g.below(read.layout().lengthBytes(piece));
            all[flipped] ^= 1;
            assertThat(matches(hasher, read, piece, all)).isFalse();
            all[flipped] ^= 1;
          }
        });
  }

  private static boolean matches(PieceHasher hasher, Metainfo torrent, int piece, byte[] all) {
    int from = (int) torrent.layout().offsetBytes(piece);
    int length = torrent.layout().lengthBytes(piece);
    hasher.begin(piece);
    hasher.update(ByteBuffer.wrap(all, from, length / 3));
    hasher.update(ByteBuffer.wrap(all, from + length / 3, length - length / 3));
    return hasher.end();
  }

  @Test
  void peerWire() {
    always(
        RUNS,
        g -> {
          Handshake handshake = g.handshake();
          ByteBuffer bytes = ByteBuffer.allocate(Handshake.BYTES);
          handshake.encode(bytes);
          assertThat(Handshake.peekInfoHash(bytes.flip())).isEqualTo(handshake.infoHash());
          assertThat(Handshake.decode(bytes)).isEqualTo(handshake);

          PeerMessage message = g.message();
          ByteBuffer wire = ByteBuffer.allocate(PeerMessageCodec.encodedLength(message));
          PeerMessageCodec.encode(message, wire);
          assertThat(wire.hasRemaining()).isFalse();
          assertThat(PeerMessageCodec.decode(wire.flip(), WireLimits.WITHOUT_METAINFO))
              .isEqualTo(message);

          Bitfield field = g.bitfield();
          assertThat(Bitfield.parse(field.toBytes(), field.size())).isEqualTo(field);
        });
  }

  @Test
  void extensionMessages() {
    always(
        RUNS,
        g -> {
          ExtensionHandshake handshake = g.extensionHandshake();
          assertThat(ExtensionHandshake.decode(handshake.encode())).isEqualTo(handshake);
          MetadataMessage metadata = g.metadataMessage();
          assertThat(MetadataMessage.decode(metadata.encode())).isEqualTo(metadata);
          PexMessage pex = g.pexMessage();
          assertThat(PexMessage.decode(pex.encode())).isEqualTo(pex);
          DontHave lost = new DontHave(g.below(Integer.MAX_VALUE));
          assertThat(DontHave.decode(lost.encode())).isEqualTo(lost);
        });
  }

  @Test
  void announcesOverHttp() {
    always(
        RUNS,
        g -> {
          AnnounceRequest request = g.announceRequest();
          assertThat(HttpAnnounceQuery.parse(HttpAnnounceQuery.format(request))).isEqualTo(request);

          HostReport report = g.hostReport();
          String query = HttpAnnounceQuery.format(request) + "&" + report.toQuery();
          assertThat(HttpAnnounceQuery.parse(query)).isEqualTo(request);
          assertThat(HostReport.in(query)).contains(report);

          AnnounceResponse response = g.announceResponse();
          assertThat(HttpAnnounceReply.parse(body(response, true))).isEqualTo(response);

          AnnounceResponse withIds = g.announceResponseWithIds();
          assertThat(HttpAnnounceReply.parse(body(withIds, false))).isEqualTo(withIds);

          Optional<Duration> retryIn = g.retryIn();
          TrackerReply.Failure failure = new TrackerReply.Failure(g.text(20), retryIn);
          assertThat(HttpAnnounceReply.parse(body(failure, true))).isEqualTo(failure);
        });
  }

  private static byte[] body(TrackerReply reply, boolean compact) throws BencodeException {
    ByteBuffer out = ByteBuffer.allocate(10_000);
    HttpAnnounceReply.encode(reply, compact, out);
    byte[] body = Arrays.copyOf(out.array(), out.position());
    assertThat(Bencode.encode(Bencode.decode(body))).isEqualTo(body);
    return body;
  }

  @Test
  void scrapesOverHttp() {
    always(
        200,
        g -> {
          List<ScrapeEntry> entries =
              Stream.generate(g::scrapeEntry)
                  .limit(g.below(20))
                  .sorted(Comparator.comparing(ScrapeEntry::infoHash))
                  .toList();
          List<InfoHash> hashes = entries.stream().map(ScrapeEntry::infoHash).toList();
          assertThat(HttpScrapeCodec.parseQuery(HttpScrapeCodec.toQuery(hashes), 20))
              .isEqualTo(hashes);
          ByteBuffer out = ByteBuffer.allocate(3_000);
          HttpScrapeCodec.encode(entries.reversed(), out);
          assertThat(HttpScrapeCodec.parse(Arrays.copyOf(out.array(), out.position())))
              .isEqualTo(entries);
        });
  }

  @Test
  void announcesAndScrapesOverUdp() {
    always(
        RUNS,
        g -> {
          AnnounceRequest request = asUdpCarriesIt(g.announceRequest());
          String url = g.text(300);
          ByteBuffer out = ByteBuffer.allocate(3_000);
          UdpCodec.encodeAnnounce(g.number(), 7, request, url, out);
          assertThat(UdpCodec.decodeRequest(out.flip()))
              .isInstanceOfSatisfying(
                  UdpRequest.Announce.class,
                  a -> {
                    assertThat(a.request()).isEqualTo(request);
                    assertThat(a.urlData()).isEqualTo(url);
                    assertThat(a.transactionId()).isEqualTo(7);
                  });

          AnnounceResponse all = g.announceResponse();
          boolean ipv6 = g.chance(2);
          AnnounceResponse response =
              AnnounceResponse.of(
                  all.interval(),
                  all.seeders(),
                  all.leechers(),
                  all.peers().stream().filter(p -> p.isIpv4() != ipv6).toList());
          out.clear();
          UdpCodec.encodeAnnounceReply(7, response, ipv6, out);
          assertThat(UdpCodec.decodeReply(out.flip(), ipv6))
              .isEqualTo(new UdpReply.Announced(7, response));

          List<InfoHash> hashes = Stream.generate(g::infoHash).limit(1 + g.below(74)).toList();
          out.clear();
          UdpCodec.encodeScrape(5, 6, hashes, out);
          assertThat(UdpCodec.decodeRequest(out.flip()))
              .isEqualTo(new UdpRequest.Scrape(5, 6, hashes));
        });
  }

  @Test
  void whatElseGoesOverUdp() {
    always(
        RUNS,
        g -> {
          int id = (int) g.number();
          ByteBuffer out = ByteBuffer.allocate(1_000);
          UdpCodec.encodeConnect(id, out);
          assertThat(UdpCodec.decodeRequest(out.flip())).isEqualTo(new UdpRequest.Connect(id));

          long connection = g.number();
          UdpCodec.encodeConnectReply(id, connection, out.clear());
          assertThat(UdpCodec.decodeReply(out.flip(), false))
              .isEqualTo(new UdpReply.Connected(id, connection));

          List<UdpReply.Counts> counts =
              Stream.generate(() -> new UdpReply.Counts(g.below(9), g.below(99), g.below(999)))
                  .limit(g.below(75))
                  .toList();
          UdpCodec.encodeScrapeReplyHeader(id, out.clear());
          counts.forEach(c -> UdpCodec.encodeCounts(c.seeders(), c.completed(), c.leechers(), out));
          assertThat(UdpCodec.decodeReply(out.flip(), true))
              .isEqualTo(new UdpReply.Scraped(id, counts));

          String reason = g.text(100);
          UdpCodec.encodeError(id, reason, out.clear());
          assertThat(UdpCodec.decodeReply(out.flip(), false))
              .isEqualTo(new UdpReply.Refused(id, reason));
        });
  }

  @Test
  void compactPeers() {
    always(
        RUNS,
        g -> {
          boolean ipv4 = g.chance(2);
          List<Endpoint> peers =
              Stream.generate(g::endpoint)
                  .filter(peer -> peer.isIpv4() == ipv4)
                  .limit(g.below(20))
                  .toList();
          int stride = ipv4 ? CompactPeers.IPV4_BYTES : CompactPeers.IPV6_BYTES;
          ByteBuffer packed = ByteBuffer.wrap(CompactPeers.encode(peers));
          assertThat(CompactPeers.decode(packed, stride, 20)).isEqualTo(peers);
        });
  }

  /** UDP always packs peers, and carries one IPv4 address. */
  private static AnnounceRequest asUdpCarriesIt(AnnounceRequest r) {
    return AnnounceRequest.builder(r.infoHash(), r.peerId(), r.port())
        .transferred(r.uploadedBytes(), r.downloadedBytes())
        .left(r.leftBytes() == Long.MAX_VALUE ? AnnounceRequest.UNKNOWN : r.leftBytes())
        .event(r.event())
        .numwant(r.numwant())
        .key(r.key())
        .trackerId(Optional.empty())
        .statedAddresses(
            r.statedAddresses().stream().filter(Inet4Address.class::isInstance).limit(1).toList())
        .build();
  }
}
