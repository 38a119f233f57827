package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.KnownPeer;
import dev.skep.tracker.swarm.PeerKey;
import dev.skep.tracker.swarm.SwarmStore;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Goes through the peers of some swarms, one swarm after the other, some peers at a time. */
final class PeerWalk extends Listing.Chunks<PeerInfo> {
  /**
   * Each chunk is a walk over the whole swarm, so not too few; each is in memory, so not many. What
   * is left out first is one walk.
   */
  private static final int CHUNK = 200;

  private static final Pattern KEY =
      Pattern.compile("([0-9a-f]{1,16})\\.([0-9a-f]{1,16})\\.(\\d{1,5})");

  private final SwarmStore swarms;
  private final Catalogue catalogue;
  private final Iterator<Step> steps;
  private final Optional<Step> beyond;
  private @Nullable Step step;
  private Optional<PeerKey> reached = Optional.empty();
  private boolean stepDone;
  private int skip;
  private int left;

  /**
   * A swarm to go through.
   *
   * @param rank its place among the swarms, for the cursor
   * @param after the last peer of the page before, if that ended within this swarm
   * @param peers how many it had a moment ago
   */
  record Step(InfoHash infoHash, int rank, Optional<PeerKey> after, int peers) {}

  /**
   * Nothing is looked at yet.
   *
   * @param beyond the last swarm that was looked at, if there are more than {@code steps}
   * @param part how many peers to leave out first, and how many to show at most
   */
  PeerWalk(
      SwarmStore swarms,
      Catalogue catalogue,
      List<Step> steps,
      Optional<Step> beyond,
      PagePart part) {
    this.swarms = swarms;
    this.catalogue = catalogue;
    this.steps = steps.iterator();
    this.beyond = beyond;
    this.skip = part.skip();
    this.left = part.most();
  }

  @Override
  Iterator<PeerInfo> fetch() {
    while (left > 0 && toStep()) {
      List<KnownPeer> peers = someOf(current());
      int leftOut = Math.min(skip, peers.size());
      skip -= leftOut;
      left -= peers.size() - leftOut;
      if (leftOut < peers.size()) {
        InfoHash hash = current().infoHash();
        RegisteredTorrent torrent = catalogue.find(hash).orElse(null);
        return new Mapped<>(peers.listIterator(leftOut), peer -> PeerInfo.of(hash, torrent, peer));
      }
    }
    return List.<PeerInfo>of().iterator();
  }

  private Step current() {
    if (step == null) {
      throw new IllegalStateException("no swarm was reached");
    }
    return step;
  }

  /** Whether there is a swarm of which not all was seen. */
  private boolean toStep() {
    while (step == null || stepDone) {
      if (!steps.hasNext()) {
        return false;
      }
      step = steps.next();
      reached = step.after();
      stepDone = step.after().isEmpty() && step.peers() <= skip;
      skip -= stepDone ? step.peers() : 0;
    }
    return true;
  }

  private List<KnownPeer> someOf(Step swarm) {
    int want = skip + Math.min(CHUNK, left);
    List<KnownPeer> peers = swarms.peersAfter(swarm.infoHash(), reached, want);
    stepDone = peers.size() < want;
    if (!peers.isEmpty()) {
      KnownPeer last = peers.getLast();
      reached = Optional.of(new PeerKey(last.address(), last.port()));
    }
    return peers;
  }

  /** Where the next page begins; to be asked behind the last peer. */
  Optional<String> nextPage() {
    if (step != null && (!stepDone || steps.hasNext())) {
      return Optional.of(cursor(step, stepDone ? "" : reached.map(PeerWalk::text).orElse("")));
    }
    return beyond.map(last -> cursor(last, ""));
  }

  /** Sort, rank and info-hash of a swarm, and the peer in it; none, if it was seen to its end. */
  private static String cursor(Step swarm, String peer) {
    return Cursor.of(
        SortedSwarms.Sort.PEERS.text(),
        Integer.toString(swarm.rank()),
        swarm.infoHash().hex(),
        peer);
  }

  private static String text(PeerKey key) {
    return Long.toHexString(key.address().high())
        + "."
        + Long.toHexString(key.address().low())
        + "."
        + key.port();
  }

  /** Reads the peer in a cursor. */
  static PeerKey key(String text) {
    Matcher parts = KEY.matcher(text);
    if (!parts.matches()) {
      throw new ForeignCursorException();
    }
    var address =
        new IpAddress(
            Long.parseUnsignedLong(parts.group(1), 16), Long.parseUnsignedLong(parts.group(2), 16));
    return new PeerKey(address, Integer.parseInt(parts.group(3)));
  }
}
