package dev.skep.agent.torrent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The peers for whom something became due since they were last looked at; each at most once. */
final class Wakes {
  private final List<Peer> peers = new ArrayList<>();

  void add(Peer peer) {
    if (!peer.woken && !peer.left) {
      peer.woken = true;
      peers.add(peer);
    }
  }

  void drain(Consumer<? super Peer> to) {
    for (int i = 0; i < peers.size(); i++) {
      Peer peer = peers.get(i);
      peer.woken = false;
      if (!peer.left) {
        to.accept(peer);
      }
    }
    peers.clear();
  }
}
