package dev.skep.agent.torrent;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;

/** Who is connected, who may join, who must go. */
final class Peers {
  private static final long SIMULTANEOUS_NANOS = 10_000_000_000L;

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
    if (bans.holds(at, id, can.localNetwork(), now)) {
      throw new Refused(Refused.Kind.BANNED, at + " is banned for a time");
    }
    settleDuplicate(at, id, can, now);
    checkRoom(at, can);
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

  private void checkRoom(Endpoint at, Capabilities can) throws Refused {
    int all = 0;
    int sameAddress = 0;
    for (Peer other : connected) {
      if (!other.dropped) {
        all++;
        if (!can.localNetwork() && other.at().address().equals(at.address())) {
          sameAddress++;
        }
      }
    }
    if (all >= settings.maxPeers()) {
      throw new Refused(Refused.Kind.FULL, all + " peers are connected, the most allowed");
    }
    if (sameAddress >= settings.maxPeersPerAddress()) {
      throw new Refused(
          Refused.Kind.FULL,
          sameAddress + " peers are connected from " + at.address().getHostAddress());
    }
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
