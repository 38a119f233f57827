package dev.skep.tracker.swarm;

import dev.skep.protocol.InfoHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One of those who follow what changes in the swarms: who saves them, who shows them, another
 * tracker. Each has its own place in the changes and reads when it likes; what changed often
 * meanwhile is read once, as it is then. None keeps another waiting, nor an announce. By one thread
 * at a time.
 *
 * <p>What is kept for a reader is bounded by how many torrents there are. One that reads too seldom
 * falls behind: then it reads everything that there is, and {@link #takeLosses} tells that torrents
 * may be gone without its having read that.
 */
public final class SwarmReader implements AutoCloseable {
  private static final int AT_A_TIME = 256;

  private final SwarmStore store;
  private final List<StripeChanges> stripes;
  private final int number;
  private boolean closed;

  SwarmReader(SwarmStore store, List<StripeChanges> stripes, int number) {
    this.store = store;
    this.stripes = stripes;
    this.number = number;
  }

  int number() {
    if (closed) {
      throw new IllegalStateException("this reader is closed");
    }
    return number;
  }

  /**
   * Hands out an image of every swarm that changed since its last one, each as it was at one
   * moment; where peers were only heard again, after {@link SwarmLimits#mostUnsavedSeconds}. Under
   * the lock of its stripe a swarm is frozen only: its rows are copied outside of it, and an
   * announce that comes meanwhile copies the few rows around those that it changes. A swarm that
   * became empty, or is gone, is handed out once with no peers. If {@code sink} throws, what it was
   * not given is read anew.
   *
   * @param room bytes to leave free before each image, for what is to be saved with it
   */
  public void forEachChanged(int room, Consumer<SwarmImage> sink) {
    read(store.limits().mostUnsavedSeconds(), room, sink);
  }

  /** The same, but also at once of every swarm in which peers were only heard again. */
  public void forEachUnread(int room, Consumer<SwarmImage> sink) {
    read(0, room, sink);
  }

  private void read(int patienceSeconds, int room, Consumer<SwarmImage> sink) {
    for (StripeChanges stripe : stripes) {
      wholly(
          stripe,
          () -> {
            int now = store.now();
            for (TorrentSwarm swarm : stripe.takeHeard(number(), patienceSeconds, now)) {
              stripe.read(swarm, number(), SwarmChange.HEARD, now, room).ifPresent(sink);
            }
            for (TorrentSwarm swarm : stripe.takeChanged(number())) {
              stripe.read(swarm, number(), SwarmChange.PEERS, now, room).ifPresent(sink);
            }
          });
    }
  }

  /** Hands out the counts of every swarm whose peers changed; all zero of one that is gone. */
  public void forEachCount(Consumer<SwarmSummary> sink) {
    for (StripeChanges stripe : stripes) {
      wholly(
          stripe,
          () -> {
            List<TorrentSwarm> changed = stripe.takeChanged(number());
            for (int from = 0; from < changed.size(); from += AT_A_TIME) {
              List<SwarmSummary> some = new ArrayList<>();
              int end = Math.min(changed.size(), from + AT_A_TIME);
              stripe.count(changed.subList(from, end), number(), some);
              some.forEach(sink);
            }
          });
    }
  }

  /** What was taken and not read would else count as unread for ever, and never be told again. */
  private void wholly(StripeChanges stripe, Runnable reading) {
    boolean done = false;
    try {
      reading.run();
      done = true;
    } finally {
      if (!done) {
        stripe.fallBehind(number());
      }
    }
  }

  /**
   * The completed counts that changed since the last call; 0 for torrents that were forgotten
   * since.
   */
  public Map<InfoHash, Integer> takeCompleted() {
    var taken = new HashMap<InfoHash, Integer>();
    for (StripeChanges stripe : stripes) {
      stripe.takeCompleted(number(), taken);
    }
    return taken;
  }

  /** Makes everything that there is unread, for one that begins, or lost what it read. */
  public void beginAnew() {
    stripes.forEach(stripe -> stripe.beginAnew(number()));
  }

  /**
   * Whether torrents may be gone without its having been read here, since this was asked last; to
   * be asked behind a reading. Who keeps what it read looks then which of these {@link
   * SwarmStore#has} still.
   */
  public boolean takeLosses() {
    boolean lost = false;
    for (StripeChanges stripe : stripes) {
      lost |= stripe.takeLoss(number());
    }
    return lost;
  }

  /** Lets its place go. */
  @Override
  public void close() {
    if (!closed) { // its number may be another's by now
      stripes.forEach(stripe -> stripe.close(number));
      store.closed(this);
      closed = true;
    }
  }
}
