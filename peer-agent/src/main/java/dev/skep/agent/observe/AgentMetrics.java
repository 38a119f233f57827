package dev.skep.agent.observe;

import dev.skep.agent.connection.WireBytes;
import dev.skep.agent.dht.Dht;
import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.TorrentSnapshot;
import dev.skep.agent.session.PeerStatus;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.peers.PeerSource;
import dev.skep.agent.storage.DiskFigures;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What {@code /metrics} says. Everything is read from snapshots when it is asked for, so at rest it
 * costs nothing. No label has a value that a stranger can choose.
 */
public final class AgentMetrics {
  /** Names of clients that many peers have; others are one family. */
  private static final List<String> CLIENTS =
      List.of(
          "aria2",
          "bittorrent",
          "deluge",
          "libtorrent",
          "qbittorrent",
          "rtorrent",
          "skep",
          "transmission",
          "utorrent",
          "vuze",
          "webtorrent");

  /** What the letters of {@link PeerStatus#flags} say. */
  private static final Map<Character, String> FLAGS =
      Map.of(
          'D', "serves_us",
          'd', "makes_us_wait",
          'U', "served",
          'u', "waits_for_us",
          'S', "silent");

  private final Agent agent;
  private final CallFigures calls;
  private final String version;

  public AgentMetrics(Agent agent, CallFigures calls, String version) {
    this.agent = agent;
    this.calls = calls;
    this.version = version;
  }

  /** In Prometheus' text format. */
  public String text() {
    Exposition out = new Exposition();
    List<TorrentSnapshot> torrents = agent.torrents().stream().map(AgentTorrent::view).toList();
    torrents(out, torrents);
    peers(out, torrents);
    connections(out);
    agent.session().dht().ifPresent(dht -> dht(out, dht));
    disk(out, agent.session().diskWork());
    remoteControl(out);
    out.counters(
        "skep_agent_followed_total",
        "Torrents in catalogues that are followed, by what became of them.",
        "outcome",
        agent.followed().all());
    new ProcessFigures().write(out);
    out.gauges("skep_agent_build_info", "Which version this is.", "version", Map.of(version, 1));
    return out.toString();
  }

  private void torrents(Exposition out, List<TorrentSnapshot> torrents) {
    Map<String, Long> states = new TreeMap<>();
    for (TransferStatus.State state : TransferStatus.State.values()) {
      states.put(word(state), 0L);
    }
    torrents.forEach(torrent -> states.merge(word(torrent.status().state()), 1L, Long::sum));
    out.gauges("skep_agent_torrents", "Torrents by what they do.", "state", states);
    out.gauge(
        "skep_agent_torrents_with_problems",
        "Torrents that something keeps from their work.",
        torrents.stream().filter(torrent -> torrent.problem().isPresent()).count());
    Totals moved = agent.moved();
    out.counters(
        "skep_agent_payload_bytes_total",
        "Bytes of torrents that came and went since the start.",
        "direction",
        Map.of("down", moved.downloadedBytes(), "up", moved.uploadedBytes()));
    WireBytes wire = agent.session().wireBytes();
    out.counters(
        "skep_agent_connection_bytes_total",
        "Bytes over connections to peers: data, and the protocol around it.",
        "direction",
        Map.of("down", wire.received(), "up", wire.sent()));
    out.counter(
        "skep_agent_wasted_bytes_total",
        "Bytes that came twice, unasked for, or in pieces that failed their hash.",
        moved.wastedBytes());
    out.gauges(
        "skep_agent_rate_bytes_per_second",
        "What comes and goes now.",
        "direction",
        Map.of(
            "down", sum(torrents, t -> t.status().downBytesPerSecond()),
            "up", sum(torrents, t -> t.status().upBytesPerSecond())));
    out.gauge(
        "skep_agent_wanted_bytes",
        "Length of all that is wanted.",
        sum(torrents, t -> t.status().totalBytes()));
    out.gauge(
        "skep_agent_verified_bytes",
        "What of it is there.",
        sum(torrents, t -> t.status().verifiedBytes()));
    out.gauges(
        "skep_agent_trackers",
        "Trackers by how the last announce ended, each once for each torrent.",
        "state",
        Map.of(
            "answers", trackers(torrents, TrackerStatus::working),
            "fails", trackers(torrents, t -> !t.working() && t.message().isPresent()),
            "untried", trackers(torrents, t -> !t.working() && t.message().isEmpty())));
  }

  private static String word(TransferStatus.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static long sum(List<TorrentSnapshot> torrents, Function<TorrentSnapshot, Long> of) {
    return torrents.stream().mapToLong(of::apply).sum();
  }

  private static long trackers(List<TorrentSnapshot> torrents, Predicate<TrackerStatus> which) {
    return torrents.stream().flatMap(t -> t.status().trackers().stream()).filter(which).count();
  }

  private void peers(Exposition out, List<TorrentSnapshot> torrents) {
    Map<String, Long> clients = new TreeMap<>();
    peers(torrents).forEach(peer -> clients.merge(family(peer.client()), 1L, Long::sum));
    out.gauges("skep_agent_peers", "Connected peers by their client.", "client", clients);
    Map<String, Long> states = new TreeMap<>();
    FLAGS.forEach(
        (flag, state) ->
            states.put(
                state, peers(torrents).filter(peer -> peer.flags().indexOf(flag) >= 0).count()));
    out.gauges(
        "skep_agent_peers_by_state",
        "Connected peers by how things stand with them; one may count for several.",
        "state",
        states);
    Map<String, Long> sources = new TreeMap<>();
    for (PeerSource.Kind kind : PeerSource.Kind.values()) {
      sources.put(
          kind.name().toLowerCase(Locale.ROOT),
          peers(torrents).filter(peer -> peer.sources().contains(kind)).count());
    }
    out.gauges(
        "skep_agent_peers_by_source",
        "Connected peers by who told of their address; one may count for several.",
        "source",
        sources);
    out.gauges(
        "skep_agent_connections",
        "Connected peers by who dialled.",
        "side",
        Map.of(
            "in", peers(torrents).filter(PeerStatus::incoming).count(),
            "out", peers(torrents).filter(peer -> !peer.incoming()).count()));
    out.gauge(
        "skep_agent_peers_serving",
        "Peers that send us something now.",
        peers(torrents).filter(peer -> peer.downBytesPerSecond() > 0).count());
    out.gauge(
        "skep_agent_peers_served",
        "Peers that we send something now.",
        peers(torrents).filter(peer -> peer.upBytesPerSecond() > 0).count());
    out.gauge(
        "skep_agent_known_addresses",
        "Addresses that peers may be found at.",
        torrents.stream().mapToLong(t -> t.status().knownPeers().known()).sum());
  }

  private void connections(Exposition out) {
    out.counters(
        "skep_agent_handshakes_total",
        "Handshakes that were done, by who dialled.",
        "side",
        new TreeMap<>(agent.session().handshakes()));
    out.counters(
        "skep_agent_announces_total",
        "Announces to trackers, by how they ended.",
        "outcome",
        new TreeMap<>(agent.session().announces()));
    out.counters(
        "skep_agent_connections_ended_total",
        "Connections that ended or were refused, by reason.",
        "reason",
        new TreeMap<>(agent.session().drops()));
    out.counter(
        "skep_agent_web_received_bytes_total",
        "Bytes of torrents that came from web servers.",
        agent.session().webBytes());
    out.counters(
        "skep_agent_web_troubles_total",
        "How often a web server did not give what it was asked for, by what that meant.",
        "kind",
        agent.session().webTroubles());
    out.counters(
        "skep_agent_faults_total",
        "Faults in skep that were survived, by what they were in.",
        "in",
        new TreeMap<>(agent.session().faults()));
  }

  private static void dht(Exposition out, Dht.Status dht) {
    out.gauges(
        "skep_agent_dht_nodes",
        "Nodes of the DHT that are known.",
        "family",
        Map.of("ipv4", (long) dht.ipv4Nodes(), "ipv6", (long) dht.ipv6Nodes()));
    out.gauge(
        "skep_agent_dht_stored_torrents",
        "Torrents of which others are told the peers.",
        dht.torrents());
    out.gauge("skep_agent_dht_stored_peers", "Their peers.", dht.peers());
    out.gauge("skep_agent_dht_stored_items", "Items that are kept for others.", dht.items());
    out.gauges(
        "skep_agent_dht_lookups",
        "Lookups in the DHT.",
        "state",
        Map.of("running", (long) dht.lookups(), "waiting", (long) dht.waiting()));
    out.counters(
        "skep_agent_dht_datagrams_total",
        "Datagrams of the DHT; those refused asked too much, and those wrong were none.",
        "what",
        Map.of(
            "sent", dht.sent(),
            "received", dht.received(),
            "refused", dht.refused(),
            "wrong", dht.wrong()));
  }

  private static void disk(Exposition out, DiskFigures.Seen disk) {
    out.counters(
        "skep_agent_pieces_total",
        "Pieces that came, by whether they matched their hash.",
        "verdict",
        Map.of("bad", disk.badPieces(), "good", disk.goodPieces()));
    out.counter(
        "skep_agent_verified_bytes_total", "Length of the pieces that matched.", disk.goodBytes());
    out.counter(
        "skep_agent_read_back_bytes_total",
        "Bytes that were written before their turn and read again to be hashed.",
        disk.readBackBytes());
    out.counter(
        "skep_agent_checked_bytes_total",
        "Data on disk that was compared with a torrent.",
        disk.checkedBytes());
    out.counter(
        "skep_agent_hash_seconds_total", "Time for hashing what came.", disk.hashNanos() / 1e9);
    out.gauge("skep_agent_disk_jobs_waiting", "Work for the disk that waits.", disk.waiting());
    out.counter("skep_agent_disk_jobs_total", "Work for the disk that is done.", disk.jobs());
    out.counter(
        "skep_agent_disk_seconds_total",
        "Time that it took, hashing included, over all workers.",
        disk.busyNanos() / 1e9);
  }

  private static Stream<PeerStatus> peers(List<TorrentSnapshot> torrents) {
    return torrents.stream().flatMap(torrent -> torrent.status().peers().stream());
  }

  /** The name that a client's begins with, if it is a known one. */
  private static String family(String client) {
    String name = client.toLowerCase(Locale.ROOT).replace("µ", "u");
    return CLIENTS.stream().filter(name::startsWith).findFirst().orElse("other");
  }

  private void remoteControl(Exposition out) {
    out.counters(
        "skep_agent_rpc_calls_total", "Calls of the remote control.", "method", calls.calls());
    out.counter("skep_agent_rpc_failures_total", "Calls that failed.", calls.failures());
    out.counter(
        "skep_agent_rpc_seconds_total", "Time that calls took to be answered.", calls.seconds());
  }
}
