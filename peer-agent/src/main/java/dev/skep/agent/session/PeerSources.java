package dev.skep.agent.session;

import dev.skep.agent.discovery.Announcer;
import dev.skep.agent.discovery.TrackerClient;
import dev.skep.agent.session.peers.OwnAddresses;
import dev.skep.agent.session.peers.PeerBook;
import dev.skep.agent.session.peers.PeerSource;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.tracker.AnnounceResponse;
import java.util.Collection;

/**
 * Where one transfer learns addresses from, on their way to its {@link PeerBook}. Whatever finds
 * peers comes here, and what a private torrent may not know ends in the book (BEP 27). Safe for
 * many threads.
 */
final class PeerSources implements Announcer.Found {
  /** Who does something about what is found. */
  interface Listener {
    /** Somebody may be dialled who was not known. */
    void found();

    /** All connections must end: they are with people whom another tracker let in. */
    void otherTracker();

    /** There is something new to be told of trackers. */
    void trackersTried();
  }

  private final OwnAddresses own;
  private final PeerBook book;
  private final Listener listener;
  private String trackerHost = "";

  PeerSources(OwnAddresses own, PeerBook book, Listener listener) {
    this.own = own;
    this.book = book;
    this.listener = listener;
  }

  /** The addresses that were learnt. */
  PeerBook book() {
    return book;
  }

  /** Some more. */
  void found(Collection<Endpoint> peers, PeerSource source) {
    if (book.add(peers, source, System.nanoTime())) {
      listener.found();
    }
  }

  @Override
  public void answer(String url, AnnounceResponse response) {
    response.externalAddress().ifPresent(own::seenByTracker);
    PeerSource source = PeerSource.tracker(TrackerClient.shown(url));
    if (book.isPrivate() && changesTracker(url)) {
      // BEP 27: else we would be a bridge between those whom each of them lets in.
      book.keepOnly(source);
      listener.otherTracker();
    }
    found(response.peers(), source);
  }

  /** Whether the tracker that answers is at another host than the one before. */
  private synchronized boolean changesTracker(String url) {
    String host = TrackerClient.host(url);
    boolean changes = !trackerHost.isEmpty() && !trackerHost.equals(host);
    trackerHost = host;
    return changes;
  }

  @Override
  public void tried() {
    listener.trackersTried();
  }
}
