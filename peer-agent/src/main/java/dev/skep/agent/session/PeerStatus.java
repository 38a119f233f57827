package dev.skep.agent.session;

import dev.skep.agent.connection.MetadataFetch;
import dev.skep.agent.connection.Snapshot;
import dev.skep.agent.session.peers.PeerBook;
import dev.skep.agent.session.peers.PeerSource;
import dev.skep.agent.torrent.PeerStats;
import dev.skep.protocol.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One connected peer at one moment.
 *
 * @param client name and version, as far as the peer tells; the URL of a web server
 * @param progress how much of the torrent the peer has, 0 to 1
 * @param flags letters in the order {@code I} incoming, {@code d} we are interested, {@code D} it
 *     lets us download, {@code u} it is interested, {@code U} we let it download, {@code S}
 *     snubbed, {@code E} it began with an encrypted handshake
 * @param fullWindow how many requests the peer lets wait, if that is what limits what it sends;
 *     else 0
 * @param sources how its address was learnt; {@code INCOMING} alone if it dialled us
 */
public record PeerStatus(
    Endpoint at,
    String client,
    boolean incoming,
    double progress,
    long downloadedBytes,
    long uploadedBytes,
    long downBytesPerSecond,
    long upBytesPerSecond,
    String flags,
    int fullWindow,
    Set<PeerSource.Kind> sources) {

  public PeerStatus {
    sources = Set.copyOf(sources);
  }

  /** Of a peer that is asked for the torrent itself. */
  static PeerStatus of(MetadataFetch.Named peer, PeerBook book) {
    return new PeerStatus(
        peer.at(),
        peer.client(),
        peer.incoming(),
        0,
        0,
        0,
        0,
        0,
        peer.incoming() ? "I" : "",
        0,
        sources(peer.at(), peer.incoming(), book));
  }

  /** How its address was learnt, in words that programs are told. */
  public List<String> sourceNames() {
    return sources.stream().sorted().map(kind -> kind.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** Whether it is a web server that has the torrent's files, and no peer. */
  public boolean isWebServer() {
    return sources.contains(PeerSource.Kind.WEB);
  }

  private static Set<PeerSource.Kind> sources(Endpoint at, boolean incoming, PeerBook book) {
    return incoming ? Set.of(PeerSource.Kind.INCOMING) : book.kinds(at);
  }

  static PeerStatus of(Snapshot.NamedPeer peer, PeerBook book) {
    PeerStats s = peer.stats();
    StringBuilder flags = new StringBuilder();
    flags.append(s.incoming() ? "I" : "");
    flags.append(s.interesting() ? (s.choking() ? "d" : "D") : "");
    flags.append(s.interested() ? (s.unchoked() ? "U" : "u") : "");
    flags.append(s.snubbed() ? "S" : "");
    flags.append(peer.encrypted() ? "E" : "");
    return new PeerStatus(
        s.at(),
        peer.client(),
        s.incoming(),
        s.progress(),
        s.downloadedBytes(),
        s.uploadedBytes(),
        s.downBytesPerSecond(),
        s.upBytesPerSecond(),
        flags.toString(),
        s.fullWindow(),
        peer.webServer() ? Set.of(PeerSource.Kind.WEB) : sources(s.at(), s.incoming(), book));
  }
}
