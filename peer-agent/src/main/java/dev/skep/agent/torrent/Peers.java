package dev.skep.agent.torrent;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Who is connected, who may join, who must go. */
final class Peers {
  private static final long SIMULTANEOUS_NANOS = 10_000_000_000L;

  /** So long nothing may move before a connection may have to give way. */
  private static final long USELESS_NANOS = 30_000_000_000L;

  /** The same where its address has more connections than the newcomer's would have. */
  private static final long CROWDED_NANOS = 5_000_000_000L;

  private final PeerId self;
  private final TorrentSettings settings;
  private final Bans bans;
  private final List<Peer> connected = new ArrayList<>();
  private final List<Drop> drops = new ArrayList<>();

  private record Drop(Peer peer, Reason reason) {}

  Peers(PeerId self, TorrentSettings settings) {
    this.self = self;
    this.settings = settings;
    bans = new Bans(settings.banTime());
  }

  /** All that joined and did not leave, in the order of joining. */
  List<Peer> all() {
    return Collections.unmodifiableList(connected);
  }

  void admit(Endpoint at, PeerId id, Capabilities can, long now) throws Refused {
    if (id.equals(self)) {
      throw new Refused(Refused.Kind.SELF, at + " is this agent itself");
    }
    if (bans.holds(at, id, now)) {
      throw new Refused(Refused.Kind.BANNED, at + " is banned for a time");
    }
    settleDuplicate(at, id, can, now);
    checkRoom(at, can, now);
  }

  /**
   * When two peers dial each other at once, both must keep the same connection of the two: the one
   * that the greater peer id dialled. A connection that has stood for a while is not given up for
   * one that claims the same id.
   */
  private void settleDuplicate(Endpoint at, PeerId id, Capabilities can, long now) throws Refused {
    for (Peer other : connected) {
      if (other.id().equals(id) && !other.dropped) {
        boolean dialledByGreater = can.incoming() == id.compareTo(self) > 0;
        if (other.can.incoming() == can.incoming()
            || !dialledByGreater
            || now - other.joinedAt > SIMULTANEOUS_NANOS) {
          throw new Refused(Refused.Kind.DUPLICATE, at + " is connected already");
        }
        drop(other, Reason.DUPLICATE);
      }
    }
  }

  private void checkRoom(Endpoint at, Capabilities can, long now) throws Refused {
    int all = 0;
    for (Peer other : connected) {
      all += other.dropped ? 0 : 1;
    }
    int sameAddress = from(at.address());
    if (!can.localNetwork() && sameAddress >= settings.maxPeersPerAddress()) {
      throw new Refused(
          Refused.Kind.FULL,
          sameAddress + " peers are connected from " + at.address().getHostAddress());
    }
    if (all >= settings.maxPeers()) {
      Peer useless = mostUseless(sameAddress + 1, now);
      if (useless == null) {
        throw new Refused(Refused.Kind.FULL, all + " peers are connected, the most allowed");
      }
      drop(useless, Reason.GAVE_WAY);
    }
  }

  /** Whether one more may join now. */
  boolean hasRoom(long now) {
    return connected.size() < settings.maxPeers() || mostUseless(1, now) != null;
  }

  private int from(InetAddress address) {
    int count = 0;
    for (Peer other : connected) {
      count += !other.dropped && other.at().address().equals(address) ? 1 : 0;
    }
    return count;
  }

  /**
   * The connection that gives way to a newcomer: of those with which nothing moved for long, first
   * the one whose address has the most; then one that was free to ask, or to give, and did not;
   * then the one with which nothing moved for the longest. A peer that waits for its turn to be
   * served is not to blame for that, so it goes last.
   *
   * @param newcomers how many connections the newcomer's address would have
   */
  private @Nullable Peer mostUseless(int newcomers, long now) {
    Map<InetAddress, Integer> byAddress = new HashMap<>();
    for (Peer peer : connected) {
      if (!peer.dropped) {
        byAddress.merge(peer.at().address(), 1, Integer::sum);
      }
    }
    return connected.stream()
        .filter(peer -> !peer.dropped)
        .filter(
            peer -> {
              boolean crowded = byAddress.getOrDefault(peer.at().address(), 0) > newcomers;
              return now - peer.movedAt >= (crowded ? CROWDED_NANOS : USELESS_NANOS);
            })
        .min(
            Comparator.<Peer>comparingInt(peer -> -byAddress.getOrDefault(peer.at().address(), 0))
                .thenComparingInt(peer -> peer.interested && !peer.unchoked ? 1 : 0)
                .thenComparingLong(peer -> peer.movedAt - now))
        .orElse(null);
  }

  void add(Peer peer) {
    connected.add(peer);
  }

  void remove(Peer peer) {
    peer.left = true;
    connected.remove(peer);
  }

  void ban(Peer peer, long now) {
    bans.add(peer, now);
  }

  /** Asks the owner to end the connection. */
  void drop(Peer peer, Reason why) {
    if (!peer.dropped && !peer.left) {
      peer.dropped = true;
      drops.add(new Drop(peer, why));
    }
  }

  void drainDrops(BiConsumer<? super Peer, ? super Reason> to) {
    for (int i = 0; i < drops.size(); i++) {
      to.accept(drops.get(i).peer(), drops.get(i).reason());
    }
    drops.clear();
  }
}
