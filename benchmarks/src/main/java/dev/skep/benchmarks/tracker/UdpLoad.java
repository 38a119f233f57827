package dev.skep.benchmarks.tracker;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.udp.BatchSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Load over UDP (BEP 15) from one source address, by one thread. */
final class UdpLoad {
  private static final long MAGIC = 0x41727101980L;
  private static final int CONNECT = 0;
  private static final int ANNOUNCE = 1;
  private static final int SCRAPE = 2;

  /** Room for the requests of a second, after which an answer counts as lost. */
  private static final int SLOTS = 1 << 16;

  /** Of all sources together: each with as many would need more than the heap. */
  private static final int OPEN_LOOP_SLOTS = 1 << 20;

  private static final long LOST_AFTER_NANOS = 1_000_000_000L;
  private static final long PAUSE_NANOS = 50_000;
  private static final int SCRAPED = 5;

  // BEP 15's numbers of events.
  private static final int NONE = 0;
  private static final int STARTED = 2;
  private static final int STOPPED = 3;

  /** Of so many announces one has each of its peers looked up; all have their form checked. */
  private static final int ANSWERS_PER_LOOK = 8;

  /** A peer drawn so many times as often as needed is missed once in 400 times. */
  private static final int TIMES_OVER = 6;

  private static final int STRANGERS_PORT = 1;

  private final Plan plan;
  private final Population population;
  private final int source;
  private final int sources;
  private final BatchSocket socket;
  private final IpAddress tracker;
  private final SplittableRandom random;
  private final boolean ipv6;

  // Requests by number: the ones from oldest to next may still be answered.
  private final int slots;
  private final int[] torrentOf;
  private final byte[] actionOf;
  private final long[] sentAt;
  private int oldest;
  private int next;
  private int outstanding;
  private int announcesAnswered;
  private long connectionId;
  private Measurement measurement = new Measurement();

  /** Peers handed out so far, where that is asked. */
  private @Nullable BitSet seen;

  UdpLoad(Plan plan, Population population, InetAddress from, int source, int sources, long seed)
      throws IOException {
    this.plan = plan;
    this.population = population;
    this.source = source;
    this.sources = sources;
    this.random = new SplittableRandom(seed + source);
    this.tracker = IpAddress.of(plan.tracker().getAddress());
    this.ipv6 = !tracker.isIpv4();
    this.slots = plan.ratePerSecond() == 0 ? SLOTS : openLoopSlots(sources);
    this.torrentOf = new int[slots];
    this.actionOf = new byte[slots];
    this.sentAt = new long[slots];
    this.socket = BatchSocket.open(new InetSocketAddress(from, 0), false, 8 << 20, 2048, 512);
  }

  private static int openLoopSlots(int sources) {
    return Math.max(SLOTS, Integer.highestOneBit(OPEN_LOOP_SLOTS / sources));
  }

  /** Announces every peer of this source once. */
  void fill() {
    connect();
    int peer = 0;
    while (peer < population.peers() || outstanding > 0) {
      while (peer < population.peers() && hasRoom(plan.window())) {
        if (population.sourceOf(peer) == source) {
          announce(population.torrentOf(peer), peer, STARTED, System.nanoTime());
        }
        peer++;
      }
      exchange(outstanding > 0);
    }
  }

  /**
   * Announces as a leecher that no torrent knows, to each so often that all its peers should come
   * up.
   *
   * @return how many different ones were handed out
   */
  int findAgain() {
    connect();
    BitSet found = new BitSet();
    seen = found;
    for (int torrent = 0; torrent < population.torrents(); torrent++) {
      int times = 1 + TIMES_OVER * population.peersOf(torrent) / plan.numwant();
      for (int i = 0; i < times; i++) {
        while (!hasRoom(plan.window())) {
          exchange(true);
        }
        announce(torrent, -1, NONE, System.nanoTime());
      }
    }
    while (outstanding > 0) {
      exchange(true);
    }
    return found.cardinality();
  }

  /** Loads the tracker for so long; what was measured. */
  Measurement run(int seconds) {
    measurement = new Measurement();
    if (connectionId == 0) {
      connect();
    }
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    if (plan.ratePerSecond() == 0) {
      closedLoop(end);
    } else {
      openLoop(start, end);
    }
    return measurement;
  }

  private void closedLoop(long end) {
    int window = Math.max(1, plan.window() / sources);
    for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
      while (hasRoom(window)) {
        request(now);
      }
      exchange(true);
    }
  }

  /**
   * Each request has its time, and its latency counts from then, whether it could be sent or not.
   * Between times the thread pauses, so that latencies are up to a tenth of a millisecond too long,
   * but its processor is not what is measured.
   */
  private void openLoop(long start, long end) {
    double nanosPerRequest = 1e9 * sources / plan.ratePerSecond();
    long sent = 0;
    for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
      long due = (long) ((now - start) / nanosPerRequest);
      while (sent < due && hasRoom(Integer.MAX_VALUE)) {
        long time = start + (long) (++sent * nanosPerRequest);
        measurement.late(now - time);
        request(time);
      }
      boolean isBehind = sent < due;
      if (exchange(false) < BatchSocket.BATCH && !isBehind) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private boolean hasRoom(int window) {
    return outstanding < window && socket.queued() < BatchSocket.BATCH && next - oldest < slots;
  }

  private void request(long now) {
    int dice = random.nextInt(100);
    if (dice < plan.connectPercent()) {
      connect(now);
    } else if (dice < plan.connectPercent() + plan.scrapePercent()) {
      scrape(now);
    } else {
      int peer = random.nextInt(population.peers());
      while (population.sourceOf(peer) != source) {
        peer = random.nextInt(population.peers());
      }
      boolean leaves = plan.churnPercent() > 0 && random.nextInt(100) < plan.churnPercent();
      announce(population.torrentOf(peer), peer, leaves ? STOPPED : NONE, now);
    }
  }

  /** Waits until the tracker has given a connection id. */
  private void connect() {
    long id = connectionId;
    for (int tries = 0; connectionId == id; tries++) {
      if (tries == 50) {
        throw new IllegalStateException("no tracker answers at " + plan.tracker());
      }
      connect(System.nanoTime());
      exchange(true);
    }
  }

  private void connect(long now) {
    ByteBuffer out = socket.next();
    out.putLong(0, MAGIC);
    send(CONNECT, 0, 16, now);
  }

  /** Announces a peer of a torrent, or a stranger to it if {@code peer} is -1. */
  private void announce(int torrent, int peer, int event, long now) {
    ByteBuffer out = socket.next();
    InfoHash infoHash = population.infoHash(torrent);
    out.putLong(0, connectionId);
    out.putLong(16, infoHash.high()).putLong(24, infoHash.middle()).putInt(32, infoHash.low());
    out.putLong(36, 0x2d534b303130302dL).putLong(44, peer * 0x9e3779b97f4a7c15L).putInt(52, peer);
    out.putLong(56, 0).putLong(64, peer < 0 ? 1 : population.left(peer)).putLong(72, 0);
    out.putInt(80, event).putInt(84, 0).putInt(88, peer).putInt(92, plan.numwant());
    out.putShort(96, (short) (peer < 0 ? STRANGERS_PORT : population.port(peer)));
    send(ANNOUNCE, torrent, 98, now);
  }

  private void scrape(long now) {
    ByteBuffer out = socket.next();
    out.putLong(0, connectionId);
    for (int i = 0; i < SCRAPED; i++) {
      InfoHash infoHash = population.infoHash(random.nextInt(population.torrents()));
      int at = 16 + 20 * i;
      out.putLong(at, infoHash.high());
      out.putLong(at + 8, infoHash.middle()).putInt(at + 16, infoHash.low());
    }
    send(SCRAPE, 0, 16 + 20 * SCRAPED, now);
  }

  private void send(int action, int torrent, int length, long now) {
    socket.next().putInt(8, action).putInt(12, next);
    int slot = next++ & (slots - 1);
    actionOf[slot] = (byte) action;
    torrentOf[slot] = torrent;
    sentAt[slot] = now;
    outstanding++;
    measurement.sent();
    socket.queue(length, tracker, plan.tracker().getPort());
  }

  /**
   * Sends what is queued, takes what has come, and gives up what will not come any more.
   *
   * @return how many datagrams came, at most {@link BatchSocket#BATCH}
   */
  private int exchange(boolean wait) {
    socket.send();
    int count = wait ? socket.receive() : socket.receiveNow();
    long now = System.nanoTime();
    for (int i = 0; i < count; i++) {
      answer(socket.received(i), now);
    }
    giveUp(now);
    return count;
  }

  private void giveUp(long now) {
    while (oldest != next) {
      int slot = oldest & (slots - 1);
      if (actionOf[slot] >= 0) {
        if (now - sentAt[slot] < LOST_AFTER_NANOS) {
          return;
        }
        actionOf[slot] = -1;
        outstanding--;
        measurement.lost(Measurement.Loss.UNANSWERED);
      }
      oldest++;
    }
  }

  private void answer(ByteBuffer in, long now) {
    int number = in.limit() < 8 ? oldest - 1 : in.getInt(4);
    int slot = number & (slots - 1);
    if (number - oldest < 0 || number - next >= 0 || actionOf[slot] < 0) {
      return; // too late, or twice
    }
    int asked = actionOf[slot];
    actionOf[slot] = -1;
    outstanding--;
    if (in.getInt(0) != asked) {
      measurement.wrong("action " + in.getInt(0) + " for " + asked);
      return;
    }
    switch (asked) {
      case CONNECT -> {
        connectionId = in.getLong(8);
        measurement.connected();
      }
      case ANNOUNCE -> checkPeers(in, torrentOf[slot]);
      default -> {
        if (in.limit() != 8 + 12 * SCRAPED) {
          measurement.wrong("a scrape of " + in.limit() + " bytes");
        }
        measurement.scraped();
      }
    }
    measurement.took(now - sentAt[slot]);
  }

  private void checkPeers(ByteBuffer in, int torrent) {
    int stride = ipv6 ? 18 : 6;
    int peers = (in.limit() - 20) / stride;
    if (in.limit() != 20 + peers * stride || peers > plan.numwant()) {
      measurement.wrong("an announce of " + in.limit() + " bytes");
    }
    measurement.announced(peers);
    if (seen == null && ++announcesAnswered % ANSWERS_PER_LOOK != 0) {
      return;
    }
    for (int at = 20; at < in.limit(); at += stride) {
      int from = ipv6 ? 0 : in.getInt(at) - 0x7f000001;
      int port = Short.toUnsignedInt(in.getShort(at + stride - 2));
      int peer = population.peerAt(torrent, from, port);
      if (peer < 0) {
        measurement.wrong("torrent " + torrent + " has no peer " + from + " at port " + port);
      } else if (seen != null) {
        seen.set(peer);
      }
    }
  }

  void close() {
    socket.release();
  }
}
