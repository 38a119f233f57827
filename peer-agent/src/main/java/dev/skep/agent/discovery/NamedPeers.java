package dev.skep.agent.discovery;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.AnnounceResponse.NamedPeer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Looks up the peers that a tracker gives by host name (BEP 3). Bounded: a reply has a few of them
 * at most, and those that are not known within a short time are left out.
 */
record NamedPeers(BothFamilies.Names names) {
  private static final Duration MOST = Duration.ofSeconds(3);
  private static final int MOST_ADDRESSES = 2;

  /** The reply with all peers that have an address. */
  AnnounceResponse resolved(AnnounceResponse response) throws InterruptedException {
    if (response.namedPeers().isEmpty()) {
      return response;
    }
    ConcurrentLinkedQueue<Endpoint> found = new ConcurrentLinkedQueue<>();
    List<Thread> lookups = new ArrayList<>();
    for (NamedPeer peer : response.namedPeers()) {
      lookups.add(Thread.ofVirtual().name("skep-lookup").start(() -> lookUp(peer, found)));
    }
    long deadline = System.nanoTime() + MOST.toNanos();
    for (Thread lookup : lookups) {
      lookup.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
    lookups.forEach(Thread::interrupt);
    Set<Endpoint> all = new LinkedHashSet<>(response.peers());
    all.addAll(found);
    return response.withPeers(List.copyOf(all));
  }

  private void lookUp(NamedPeer peer, ConcurrentLinkedQueue<Endpoint> found) {
    try {
      InetAddress[] addresses = names.of(peer.host());
      for (int i = 0; i < Math.min(MOST_ADDRESSES, addresses.length); i++) {
        found.add(new Endpoint(addresses[i], peer.port()));
      }
    } catch (UnknownHostException e) {
      // One peer fewer.
    }
  }
}
