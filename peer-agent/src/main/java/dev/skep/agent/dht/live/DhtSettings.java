package dev.skep.agent.dht.live;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How to be in the DHT.
 *
 * @param nodes who may lead into it, as {@code HOST:PORT}; they are asked as long as hardly anybody
 *     is known
 * @param readOnly whether others are asked and none answered (BEP 43)
 * @param stateFile where it is kept whom we know; empty to forget that
 */
public record DhtSettings(List<String> nodes, boolean readOnly, Optional<Path> stateFile) {
  /** Nodes that anybody on the internet may begin with. Nobody is asked there unless told so. */
  public static final List<String> PUBLIC_NODES =
      List.of(
          "router.bittorrent.com:6881",
          "dht.transmissionbt.com:6881",
          "router.utorrent.com:6881",
          "dht.libtorrent.org:25401");

  /** Asks and answers, knows of nobody, and forgets. */
  public static final DhtSettings USUAL = new DhtSettings(List.of(), false, Optional.empty());

  public DhtSettings {
    nodes = List.copyOf(nodes);
  }
}
