package dev.skep.benchmarks.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.skep.benchmarks.tracker.Measurement.Loss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Load over HTTP from one thread with a selector. In a closed loop as many connections as the
 * plan's window, in an open loop a new one for each request when its time has come.
 */
final class HttpLoad {
  /** Connections under way in an open loop; more than the tracker lets in. */
  private static final int MOST_OPEN = 8_000;

  private static final long LOST_AFTER_NANOS = 5_000_000_000L;
  private static final int LONGEST_ANSWER_BYTES = 1 << 13;
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(ISO_8859_1);
  private static final byte[] PEERS = "5:peers".getBytes(ISO_8859_1);
  private static final byte[] LENGTH = "content-length:".getBytes(ISO_8859_1);

  private final Plan plan;
  private final Population population;
  private final SplittableRandom random;
  private final Selector selector;
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final Set<Connection> busy = new LinkedHashSet<>(); // the oldest first
  private Measurement measurement = new Measurement();

  HttpLoad(Plan plan, Population population, long seed) throws IOException {
    this.plan = plan;
    this.population = population;
    this.random = new SplittableRandom(seed);
    this.selector = Selector.open();
    for (int i = 0; i < plan.window() && !isOpenLoop(); i++) {
      new Connection().reopen();
    }
  }

  private boolean isOpenLoop() {
    return plan.ratePerSecond() > 0;
  }

  /** Loads the tracker for so long; what was measured. */
  Measurement run(int seconds) throws IOException {
    measurement = new Measurement();
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    long begun = 0;
    for (long now = start; now < end; now = System.nanoTime()) {
      if (isOpenLoop()) {
        long due = (now - start) * plan.ratePerSecond() / 1_000_000_000L;
        while (begun < due) {
          begin(start + ++begun * 1_000_000_000L / plan.ratePerSecond());
        }
        giveUp(now);
      }
      selector.select(key -> ((Connection) key.attachment()).ready(key), isOpenLoop() ? 1 : 100);
    }
    return measurement;
  }

  /** Begins a connection that was due then, if there is room for one more. */
  private void begin(long due) throws IOException {
    measurement.sent();
    measurement.late(System.nanoTime() - due);
    if (busy.size() == MOST_OPEN) {
      measurement.lost(Loss.NO_ROOM);
      return;
    }
    Connection connection = idle.isEmpty() ? new Connection() : idle.pop();
    busy.add(connection);
    try {
      connection.openAt(due);
    } catch (IOException _) { // such as no free port
      measurement.lost(Loss.NO_PORT);
      connection.reopen();
    }
  }

  private void giveUp(long now) throws IOException {
    while (!busy.isEmpty() && now - busy.iterator().next().startedAt > LOST_AFTER_NANOS) {
      Connection oldest = busy.iterator().next();
      measurement.lost(oldest.channel.isConnected() ? Loss.UNANSWERED : Loss.UNCONNECTED);
      oldest.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      oldest.reopen();
    }
  }

  void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  /** One connection, from its request to its answer, again and again. */
  private final class Connection {
    private final ByteBuffer in = ByteBuffer.allocateDirect(LONGEST_ANSWER_BYTES);
    private final byte[] answer = new byte[LONGEST_ANSWER_BYTES];
    private SocketChannel channel = SocketChannel.open();
    private ByteBuffer out = ByteBuffer.allocate(0);
    private int torrent;
    private long startedAt;

    Connection() throws IOException {}

    void openAt(long due) throws IOException {
      startedAt = due;
      channel.close();
      channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      boolean connected = channel.connect(plan.tracker());
      channel.register(selector, connected ? 0 : SelectionKey.OP_CONNECT, this);
      if (connected) {
        request();
      }
    }

    void ready(SelectionKey key) {
      try {
        if (key.isConnectable()) {
          channel.finishConnect();
          request();
        } else if (key.isWritable()) {
          write();
        } else {
          read();
        }
      } catch (IOException _) {
        hungUp();
      }
    }

    /** The tracker ended the connection without an answer: in an open loop a way to refuse. */
    private void hungUp() {
      if (isOpenLoop()) {
        measurement.hungUp(System.nanoTime() - startedAt);
      } else {
        measurement.lost(Loss.UNANSWERED);
      }
      reopen();
    }

    private void reopen() {
      try {
        channel.close();
        if (isOpenLoop()) {
          busy.remove(this);
          idle.push(this);
        } else {
          openAt(System.nanoTime());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void request() throws IOException {
      int peer = random.nextInt(population.peers());
      torrent = population.torrentOf(peer);
      StringBuilder text = new StringBuilder(400).append("GET /announce?info_hash=");
      for (byte b : population.infoHash(torrent).toBytes()) {
        text.append('%').append(hex(b >> 4)).append(hex(b));
      }
      text.append("&peer_id=-SK0100-").append("%012d".formatted(peer));
      text.append("&port=").append(population.port(peer));
      text.append("&uploaded=0&downloaded=0&left=").append(population.left(peer));
      text.append("&compact=1&numwant=").append(plan.numwant());
      text.append(" HTTP/1.1\r\nHost: tracker\r\n");
      text.append(plan.keepAlive() ? "\r\n" : "Connection: close\r\n\r\n");
      out = ByteBuffer.wrap(text.toString().getBytes(ISO_8859_1));
      in.clear();
      if (plan.keepAlive()) {
        startedAt = System.nanoTime();
      }
      write();
    }

    private static char hex(int b) {
      return Character.forDigit(b & 15, 16);
    }

    private void write() throws IOException {
      channel.write(out);
      channel
          .keyFor(selector)
          .interestOps(out.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    private void read() throws IOException {
      int count = channel.read(in);
      int length = in.position();
      in.get(0, answer, 0, length);
      int head = find(HEAD_END, 0, length);
      int body = head < 0 ? -1 : contentLength(head);
      if (head >= 0 && body >= 0 && length >= head + 4 + body) {
        if (isStatus("503")) {
          measurement.refused(System.nanoTime() - startedAt);
        } else {
          check(head + 4, head + 4 + body);
          measurement.took(System.nanoTime() - startedAt);
        }
        if (plan.keepAlive() && count >= 0) {
          request();
        } else {
          reopen();
        }
      } else if (count < 0) {
        hungUp();
      }
    }

    private boolean isStatus(String status) {
      return new String(answer, 9, 3, ISO_8859_1).equals(status);
    }

    private void check(int from, int to) {
      int peers = find(PEERS, from, to);
      if (answer[from] != 'd' || answer[to - 1] != 'e' || peers < 0) {
        measurement.wrong(new String(answer, from, to - from, ISO_8859_1));
        return;
      }
      int at = peers + PEERS.length;
      int bytes = 0;
      while (answer[at] != ':') {
        bytes = 10 * bytes + answer[at++] - '0';
      }
      ByteBuffer view = ByteBuffer.wrap(answer);
      for (int peer = at + 1; peer < at + 1 + bytes; peer += 6) {
        int port = Short.toUnsignedInt(view.getShort(peer + 4));
        if (view.getInt(peer) != 0x7f000001 || !population.isPeer(torrent, 0, port)) {
          measurement.wrong("torrent " + torrent + " has no peer at port " + port);
        }
      }
      measurement.announced(bytes / 6);
    }

    private int contentLength(int head) {
      for (int at = 0; at < head; at++) {
        int i = 0;
        while (i < LENGTH.length && (answer[at + i] | 0x20) == (LENGTH[i] | 0x20)) {
          i++;
        }
        if (i == LENGTH.length) {
          int length = 0;
          for (int digit = at + i; answer[digit] != '\r'; digit++) {
            length = answer[digit] == ' ' ? length : 10 * length + answer[digit] - '0';
          }
          return length;
        }
      }
      return -1;
    }

    private int find(byte[] what, int from, int to) {
      for (int at = from; at <= to - what.length; at++) {
        int i = 0;
        while (i < what.length && answer[at + i] == what[i]) {
          i++;
        }
        if (i == what.length) {
          return at;
        }
      }
      return -1;
    }
  }
}
