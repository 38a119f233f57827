package dev.skep.agent.cli;

import dev.skep.agent.cli.swarm.PeerReport.Exchange;
import dev.skep.agent.session.PeerStatus;
import dev.skep.protocol.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up what was exchanged with each address, over connections that come and go. */
final class Exchanges {
  private record Bytes(long down, long up) {
    Bytes plus(Bytes other) {
      return new Bytes(down + other.down, up + other.up);
    }
  }

  private final Map<Endpoint, Bytes> open = new HashMap<>();
  private final Map<String, Bytes> ended = new TreeMap<>();

  /** Takes in the connections as they are now. */
  void see(List<PeerStatus> peers) {
    var before = Map.copyOf(open);
    open.clear();
    for (PeerStatus peer : peers) {
      open.put(peer.at(), new Bytes(peer.downloadedBytes(), peer.uploadedBytes()));
    }
    before.forEach(
        (at, bytes) -> {
          Bytes now = open.get(at);
          if (now == null || now.down() < bytes.down() || now.up() < bytes.up()) {
            ended.merge(address(at), bytes, Bytes::plus);
          }
        });
  }

  /** With how many addresses at least one byte was exchanged. */
  int partners() {
    return (int)
        byAddress().stream()
            .filter(peer -> peer.downloadedBytes() + peer.uploadedBytes() > 0)
            .count();
  }

  /** The sums so far. */
  List<Exchange> byAddress() {
    var sums = new TreeMap<>(ended);
    open.forEach((at, bytes) -> sums.merge(address(at), bytes, Bytes::plus));
    return sums.entrySet().stream()
        .map(sum -> new Exchange(sum.getKey(), sum.getValue().down(), sum.getValue().up()))
        .toList();
  }

  private static String address(Endpoint at) {
    return at.address().getHostAddress();
  }
}
