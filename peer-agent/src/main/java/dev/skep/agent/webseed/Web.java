package dev.skep.agent.webseed;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An agent's way to web servers. What it takes to ask them is loaded when the first is asked: most
 * agents never ask one.
 */
public final class Web implements AutoCloseable {
  private final InetAddress bind;
  private final String userAgent;
  private final int mostRequests;
  private final LongAdder receivedBytes = new LongAdder();
  private final Map<WebTrouble.Kind, LongAdder> troubles = new EnumMap<>(WebTrouble.Kind.class);
  private @Nullable HttpRanges ranges;
  private boolean closed;

  /**
   * Loads nothing.
   *
   * @param bind the local address to connect from; the wildcard address for any
   * @param userAgent how we name ourselves
   * @param mostRequests how many answers of one server may be under way at once, at least 1
   */
  public Web(InetAddress bind, String userAgent, int mostRequests) {
    this.bind = bind;
    this.userAgent = userAgent;
    this.mostRequests = mostRequests;
    for (WebTrouble.Kind kind : WebTrouble.Kind.values()) {
      troubles.put(kind, new LongAdder());
    }
  }

  /** What web servers have sent of blocks. */
  public long receivedBytes() {
    return receivedBytes.sum();
  }

  /** How often web servers did not give what they were asked for, by what that meant. */
  public Map<String, Long> troubles() {
    Map<String, Long> all = new TreeMap<>();
    troubles.forEach((kind, count) -> all.put(kind.name().toLowerCase(Locale.ROOT), count.sum()));
    return all;
  }

  void received(int bytes) {
    receivedBytes.add(bytes);
  }

  void count(WebTrouble.Kind kind) {
    Objects.requireNonNull(troubles.get(kind)).increment();
  }

  int mostRequests() {
    return mostRequests;
  }

  /** Nobody is asked any more once it is closed. */
  synchronized HttpRanges ranges() throws WebTrouble {
    if (closed) {
      throw WebTrouble.passes("is not asked any more");
    }
    HttpRanges made = ranges;
    if (made == null) {
      made = new HttpRanges(bind, userAgent);
      ranges = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (ranges != null) {
      ranges.close();
    }
  }
}
