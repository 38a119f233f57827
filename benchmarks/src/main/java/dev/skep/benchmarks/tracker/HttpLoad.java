package dev.skep.benchmarks.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;

/** Load over HTTP from one thread with a selector: as many connections as the plan's window. */
final class HttpLoad {
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(ISO_8859_1);
  private static final byte[] PEERS = "5:peers".getBytes(ISO_8859_1);
  private static final byte[] LENGTH = "content-length:".getBytes(ISO_8859_1);

  private final Plan plan;
  private final Population population;
  private final SplittableRandom random;
  private final Selector selector;
  private Measurement measurement = new Measurement();
  private long end;

  HttpLoad(Plan plan, Population population, long seed) throws IOException {
    this.plan = plan;
    this.population = population;
    this.random = new SplittableRandom(seed);
    this.selector = Selector.open();
    for (int i = 0; i < plan.window(); i++) {
      new Connection().reopen();
    }
  }

  /** Loads the tracker for so long; what was measured. */
  Measurement run(int seconds) throws IOException {
    measurement = new Measurement();
    end = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      selector.select(key -> ((Connection) key.attachment()).ready(key), 100);
    }
    return measurement;
  }

  void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  /** One connection, from its request to its answer, again and again. */
  private final class Connection {
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);
    private final byte[] answer = new byte[1 << 16];
    private SocketChannel channel = SocketChannel.open();
    private ByteBuffer out = ByteBuffer.allocate(0);
    private int torrent;
    private long startedAt;

    Connection() throws IOException {}

    void open() throws IOException {
      channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      startedAt = System.nanoTime();
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
        measurement.lost();
        reopen();
      }
    }

    private void reopen() {
      try {
        channel.close();
        open();
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
        check(head + 4, head + 4 + body);
        measurement.took(System.nanoTime() - startedAt);
        if (plan.keepAlive() && count >= 0) {
          request();
        } else {
          reopen();
        }
      } else if (count < 0) {
        measurement.lost();
        reopen();
      }
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
