package dev.skep.agent.session;

import dev.skep.agent.datagram.DatagramPort;
import dev.skep.agent.dht.Dht;
import dev.skep.agent.dht.live.DhtSettings;
import dev.skep.agent.dht.live.LiveDht;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.dht.Krpc;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the DHT hears of us, and we of it: never of private torrents (BEP 27). */
final class DhtPresence implements AutoCloseable {
  private final DatagramPort port;
  private final LiveDht dht;
  private final DhtPace pace = new DhtPace(new SplittableRandom()); // of who calls each second

  /**
   * Is there from now on.
   *
   * @param port closed in the end
   * @param byHash the torrents that are here
   * @param guard runs each turn of the port
   */
  DhtPresence(
      DatagramPort port,
      DhtSettings settings,
      Function<InfoHash, Optional<Transfer>> byHash,
      Consumer<Runnable> guard) {
    this.port = port;
    dht =
        new LiveDht(
            port,
            settings,
            (infoHash, peer) ->
                byHash.apply(infoHash).ifPresent(transfer -> transfer.foundByDht(List.of(peer))));
    port.begin(dht, guard);
  }

  LiveDht dht() {
    return dht;
  }

  /** Every second. */
  void turn(Collection<Transfer> transfers, long now) {
    Set<InfoHash> all = new HashSet<>();
    for (Transfer transfer : transfers) {
      if (transfer.isForStrangers()) {
        for (InfoHash infoHash : transfer.identity().hashes()) {
          all.add(infoHash);
          boolean tells = !transfer.mayBePrivate();
          if (pace.isDue(infoHash, tells, transfer.isStarving(), now)) {
            Dht.Here us = new Dht.Here(dht.port(), transfer.isWhole());
            Optional<Dht.Here> told = tells ? Optional.of(us) : Optional.empty();
            dht.search(infoHash, told, new Finding(transfer));
            if (!transfer.isForStrangers()) {
              dht.forget(infoHash); // it turned out to be private meanwhile
            }
          }
        }
      }
    }
    pace.keepOnly(all).forEach(dht::forget); // no turn that they waited for comes
  }

  private record Finding(Transfer transfer) implements Dht.Search {
    @Override
    public void found(List<Endpoint> peers) {
      transfer.foundByDht(peers);
    }

    @Override
    public void counted(Krpc.Counts counts) {}

    @Override
    public void ended(int answered) {}
  }

  /** Is gone, and remembers whom it knew. */
  @Override
  public void close() {
    dht.close();
    port.close();
  }
}
