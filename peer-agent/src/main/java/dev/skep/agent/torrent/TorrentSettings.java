package dev.skep.agent.torrent;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * What may be chosen about one torrent's behaviour. Made by {@link #with}; {@link #defaults} suits
 * most.
 *
 * @param maxPeers connections this torrent takes
 * @param maxPeersPerAddress connections from one address outside of the local network
 * @param uploadSlots peers served at once beside those of the local network; 0 follows the measured
 *     capacity
 * @param serveLocalNetwork whether peers of the local network are all served, without taking a slot
 * @param superSeeding whether to show peers the pieces one by one while no other peer has them all
 *     (BEP 16)
 * @param order in which pieces are begun
 * @param firstPiece where an order that goes to the last byte begins; what is before it comes after
 *     that
 * @param maxOpenBytes memory that pieces begun and not yet verified may fill; one piece is always
 *     allowed
 * @param maxWaitingRequests requests of one peer that may wait to be served: what we announce as
 *     {@code reqq}
 * @param queueTime how much longer than the path's own delay a block may take: what the request
 *     window aims at
 * @param stretchTime the same for peers that are asked for stretches
 * @param minWindow requests kept outstanding at a peer however slow it is
 * @param maxWindow requests kept outstanding at a peer however fast it is
 * @param requestTimeout age at which an unanswered request is given to others and its peer counts
 *     as snubbing
 * @param endgameTimeout the same when no piece is left to begin, for peers that gave nothing for so
 *     long: others have nothing better to do, and the end must not wait for the silent
 * @param chokeInterval time between two decisions on whom to serve
 * @param optimisticInterval time between two optimistic unchokes
 * @param keepAliveInterval silence of ours after which a keep-alive is sent
 * @param idleTimeout silence of a peer after which its connection ends
 * @param banTime how long a peer that sent corrupt data is refused
 */
public record TorrentSettings(
    int maxPeers,
    int maxPeersPerAddress,
    int uploadSlots,
    boolean serveLocalNetwork,
    boolean superSeeding,
    Order order,
    int firstPiece,
    long maxOpenBytes,
    int maxWaitingRequests,
    Duration queueTime,
    Duration stretchTime,
    int minWindow,
    int maxWindow,
    Duration requestTimeout,
    Duration endgameTimeout,
    Duration chokeInterval,
    Duration optimisticInterval,
    Duration keepAliveInterval,
    Duration idleTimeout,
    Duration banTime) {

  /** In which order missing pieces are begun. */
  public enum Order {
    /** The piece that the fewest peers have; ties at random. */
    RAREST_FIRST,
    /** From the first byte to the last: for reading while it downloads; costs the swarm. */
    SEQUENTIAL
  }

  /**
   * Refuses numbers that no torrent can work with.
   *
   * @throws IllegalArgumentException naming the setting
   */
  public TorrentSettings {
    atLeast(1, maxPeers, "maxPeers");
    atLeast(1, maxPeersPerAddress, "maxPeersPerAddress");
    atLeast(0, uploadSlots, "uploadSlots");
    atLeast(0, firstPiece, "firstPiece");
    atLeast(1, maxOpenBytes, "maxOpenBytes");
    atLeast(1, maxWaitingRequests, "maxWaitingRequests");
    atLeast(1, queueTime.toNanos(), "queueTime");
    atLeast(1, stretchTime.toNanos(), "stretchTime");
    atLeast(1, minWindow, "minWindow");
    atLeast(minWindow, maxWindow, "maxWindow");
    atLeast(1, requestTimeout.toNanos(), "requestTimeout");
    atLeast(1, endgameTimeout.toNanos(), "endgameTimeout");
    atLeast(1, chokeInterval.toNanos(), "chokeInterval");
    atLeast(1, optimisticInterval.toNanos(), "optimisticInterval");
    atLeast(1, keepAliveInterval.toNanos(), "keepAliveInterval");
    atLeast(1, idleTimeout.toNanos(), "idleTimeout");
    atLeast(0, banTime.toNanos(), "banTime");
  }

  private static void atLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least " + least);
    }
  }

  /** The defaults. */
  public static TorrentSettings defaults() {
    return with(_ -> {});
  }

  /**
   * The defaults with some settings changed: {@code TorrentSettings.with(s -> s.maxPeers = 20)}.
   */
  public static TorrentSettings with(Consumer<Draft> changes) {
    Draft draft = new Draft();
    changes.accept(draft);
    return draft.settings();
  }

  /** Settings being made; each field is the component of the same name, at its default. */
  public static final class Draft {
    public int maxPeers = 200;
    public int maxPeersPerAddress = 3;
    public int uploadSlots = 0;
    public boolean serveLocalNetwork = true;
    public boolean superSeeding = false;
    public Order order = Order.RAREST_FIRST;
    public int firstPiece = 0;
    public long maxOpenBytes = 96L << 20;
    public int maxWaitingRequests = 2_000;
    public Duration queueTime = Duration.ofMillis(10);
    public Duration stretchTime = Duration.ofSeconds(2);
    public int minWindow = 4;
    public int maxWindow = 4_096;
    public Duration requestTimeout = Duration.ofSeconds(20);
    public Duration endgameTimeout = Duration.ofSeconds(2);
    public Duration chokeInterval = Duration.ofSeconds(10);
    public Duration optimisticInterval = Duration.ofSeconds(30);
    public Duration keepAliveInterval = Duration.ofSeconds(100);
    public Duration idleTimeout = Duration.ofMinutes(3);
    public Duration banTime = Duration.ofHours(1);

    private Draft() {}

    private TorrentSettings settings() {
      return new TorrentSettings(
          maxPeers,
          maxPeersPerAddress,
          uploadSlots,
          serveLocalNetwork,
          superSeeding,
          order,
          firstPiece,
          maxOpenBytes,
          maxWaitingRequests,
          queueTime,
          stretchTime,
          minWindow,
          maxWindow,
          requestTimeout,
          endgameTimeout,
          chokeInterval,
          optimisticInterval,
          keepAliveInterval,
          idleTimeout,
          banTime);
    }
  }
}
