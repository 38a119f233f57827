package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * What strangers do to the tracker's HTTP port. Each attack goes on until it is closed; all of them
 * stay on this machine. By hand: {@code java HttpAttacks.java ATTACK PORT ARGUMENT…}.
 */
final class HttpAttacks {
  private static final int SMALL_WINDOW_BYTES = 4 << 10;
  private static final int READ_TIMEOUT_MILLIS = 60_000;

  /** The beginning of a record of 512 bytes, and of a ClientHello in it. */
  private static final byte[] HALF_HELLO = HexFormat.of().parseHex("1603010200010001fc0303");

  private static final byte[] BABBLE = "\0\1\2 no protocol\r\n\r\n".getBytes(ISO_8859_1);
  private static final Duration COMES_AGAIN_AFTER = Duration.ofMillis(200);
  private static final Duration MOST_PATIENCE = Duration.ofSeconds(30);

  private final InetSocketAddress target;
  private final Optional<SSLContext> tls;

  /**
   * Attacks a port of this machine.
   *
   * @param tls what is spoken there, if it is not plain HTTP
   */
  HttpAttacks(int port, Optional<SSLContext> tls) {
    this.target = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    this.tls = tls;
  }

  /** One that is under way. */
  @FunctionalInterface
  interface Attack extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * How long asking took.
   *
   * @param nanos of each that was asked
   * @param refused how often one was sent away before it was answered
   */
  record Delays(List<Long> nanos, int refused) {
    Duration percentile(double part) {
      List<Long> sorted = nanos.stream().sorted().toList();
      int at = (int) Math.min(sorted.size() - 1, part * sorted.size());
      return Duration.ofNanos(at < 0 ? 0 : sorted.get(at));
    }

    Delays and(Delays more) {
      List<Long> both = new ArrayList<>(nanos);
      both.addAll(more.nanos);
      return new Delays(both, refused + more.refused);
    }
  }

  /** Asks for the same thing many times on each of many connections and never reads. */
  Attack unread(String path, List<InetAddress> from, int connections, int requests) {
    byte[] asked = request(path).repeat(requests).getBytes(ISO_8859_1);
    return open(
        from,
        connections,
        address -> {
          Socket socket = connect(address, SMALL_WINDOW_BYTES);
          socket.getOutputStream().write(asked);
          return socket;
        });
  }

  /** Somebody connects, and maybe says something. */
  @FunctionalInterface
  private interface Beginning {
    Socket from(InetAddress address) throws IOException;
  }

  private static Attack open(List<InetAddress> from, int connections, Beginning beginning) {
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      try {
        open.add(beginning.from(from.get(i % from.size())));
      } catch (IOException _) {
        // Turned away, which is no reason to give up.
      }
    }
    return () -> open.forEach(HttpAttacks::close);
  }

  /** Asks for it again as soon as it is answered, on each of many connections. */
  Attack hammer(String path, int connections, AtomicLong answers) {
    var here = Collections.nCopies(connections, InetAddress.ofLiteral("127.0.0.1"));
    return again(() -> path, here, answers);
  }

  /**
   * Reports of ever more hosts that there are not, each with all that it may say.
   *
   * @param infoHash in hex
   * @param from a connection from each of these
   */
  Attack invent(String infoHash, List<InetAddress> from, AtomicLong answers) {
    var hosts = new AtomicLong();
    String labels =
        IntStream.range(0, 16).mapToObj("%064d"::formatted).collect(Collectors.joining(","));
    String announce =
        "/announce?info_hash=%s&peer_id=-XX0000-abcdefghijkl&port=6881&uploaded=0&downloaded=0&left=1"
            .formatted(infoHash.replaceAll("..", "%$0"));
    return again(
        () -> {
          long host = hosts.incrementAndGet();
          return "%s&skep_host=h%063d&skep_id=%032x&skep_labels=%s&skep_state=failed&skep_reason=%s"
              .formatted(announce, host, host, labels, "%D0%B6".repeat(60));
        },
        from,
        answers);
  }

  private Attack again(Supplier<String> path, List<InetAddress> from, AtomicLong answers) {
    List<Attack> all = new ArrayList<>();
    for (InetAddress address : from) {
      all.add(
          overAndOver(
              () -> {
                try (Socket socket = connect(address, 0)) {
                  while (true) {
                    socket.getOutputStream().write(request(path.get()).getBytes(ISO_8859_1));
                    if (readAnswer(socket.getInputStream()) == 200) {
                      answers.incrementAndGet();
                    }
                  }
                }
              }));
    }
    return () -> all.forEach(Attack::close);
  }

  /** What somebody does on one connection. */
  @FunctionalInterface
  private interface Visit {
    void run() throws IOException;
  }

  /** One visit after another, also of who is turned away. */
  private static Attack overAndOver(Visit visit) {
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                try {
                  visit.run();
                } catch (IOException _) {
                  LockSupport.parkNanos(1_000_000);
                }
              }
            });
    return thread::interrupt;
  }

  /** Connects and hangs up, as port scans and health checks of load balancers do. */
  Attack hangUp(AtomicLong connections) {
    return overAndOver(
        () -> {
          try (Socket _ = tcp(InetAddress.ofLiteral("127.0.0.1"), 0)) {
            connections.incrementAndGet();
          }
        });
  }

  /** Connects and says nothing. */
  Attack silent(List<InetAddress> from, int connections) {
    return open(from, connections, address -> tcp(address, SMALL_WINDOW_BYTES));
  }

  /** Connects, begins a handshake of TLS and falls silent in the middle of its first message. */
  Attack halfHandshakes(List<InetAddress> from, int connections) {
    return open(
        from,
        connections,
        address -> {
          Socket socket = tcp(address, SMALL_WINDOW_BYTES);
          socket.getOutputStream().write(HALF_HELLO);
          return socket;
        });
  }

  /** Connects, says what is neither TLS nor HTTP, and waits to be sent away; again and again. */
  Attack babble(AtomicLong connections) {
    return overAndOver(
        () -> {
          try (Socket socket = tcp(InetAddress.ofLiteral("127.0.0.1"), 0)) {
            socket.getOutputStream().write(BABBLE);
            while (socket.getInputStream().read() >= 0) {
              // An answer, or what TLS says of it.
            }
            connections.incrementAndGet();
          }
        });
  }

  /**
   * Connects anew and asks, one time after another, until the answer is there. One whose connection
   * is reset comes again after a while, as clients do, and waits so much longer.
   */
  Delays delays(String path, int times) {
    List<Long> nanos = new ArrayList<>();
    int refused = 0;
    byte[] asked = request(path).getBytes(ISO_8859_1);
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      while (!isAnswered(asked) && System.nanoTime() - began < MOST_PATIENCE.toNanos()) {
        refused++;
        LockSupport.parkNanos(COMES_AGAIN_AFTER.toNanos());
      }
      nanos.add(System.nanoTime() - began);
      LockSupport.parkNanos(1_000_000);
    }
    return new Delays(nanos, refused);
  }

  private boolean isAnswered(byte[] asked) {
    try (Socket socket = connect(InetAddress.ofLiteral("127.0.0.1"), 0)) {
      socket.getOutputStream().write(asked);
      return readAnswer(socket.getInputStream()) == 200;
    } catch (IOException _) {
      return false;
    }
  }

  /** So many addresses of this machine, from 127.0.1.1 on. */
  static List<InetAddress> addresses(int count) {
    List<InetAddress> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(InetAddress.ofLiteral("127.0." + (1 + i / 250) + "." + (1 + i % 250)));
    }
    return all;
  }

  /** Connects, and agrees on TLS if it is spoken there. */
  private Socket connect(InetAddress from, int windowBytes) throws IOException {
    Socket socket = tcp(from, windowBytes);
    if (tls.isEmpty()) {
      return socket;
    }
    try {
      var secured =
          (SSLSocket)
              tls.get()
                  .getSocketFactory()
                  .createSocket(socket, "127.0.0.1", target.getPort(), true);
      secured.startHandshake();
      return secured;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private Socket tcp(InetAddress from, int windowBytes) throws IOException {
    Socket socket = new Socket();
    try {
      if (windowBytes > 0) {
        socket.setReceiveBufferSize(windowBytes);
      }
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      if (!from.equals(target.getAddress())) {
        socket.bind(new InetSocketAddress(from, 0));
      }
      socket.connect(target, READ_TIMEOUT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }

  private static String request(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  /** Reads one answer with a Content-Length or in chunks; its status. */
  private static int readAnswer(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    boolean chunked = false;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      chunked |= header.regionMatches(true, 0, "Transfer-Encoding: chunked", 0, 26);
    }
    if (chunked) {
      int chunk;
      do {
        chunk = Integer.parseInt(line(in), 16);
        in.skipNBytes(chunk + 2L);
      } while (chunk > 0);
    } else {
      in.skipNBytes(length);
    }
    return Integer.parseInt(status.substring(9, 12));
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("ended");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  public static void main(String[] arguments) throws Exception {
    var attacks = new HttpAttacks(Integer.parseInt(arguments[1]), Optional.empty());
    String path = arguments.length > 2 ? arguments[2] : "/";
    int connections = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
    int more = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 1;
    var count = new AtomicLong();
    try (Attack _ =
        switch (arguments[0]) {
          case "unread" -> attacks.unread(path, addresses(more), connections, 50);
          case "hammer" -> attacks.hammer(path, connections, count);
          case "hangup" -> attacks.hangUp(count);
          case "babble" -> attacks.babble(count);
          case "silent" -> attacks.silent(addresses(more), connections);
          case "delays" -> () -> {};
          default -> throw new IllegalArgumentException(arguments[0]);
        }) {
      if (arguments[0].equals("delays")) {
        Delays delays = attacks.delays(path, connections);
        System.out.println(
            "p50 "
                + delays.percentile(0.5).toMillis()
                + " ms, p99 "
                + delays.percentile(0.99).toMillis()
                + " ms, longest "
                + delays.percentile(1).toMillis()
                + " ms, refused "
                + delays.refused());
      } else {
        Thread.sleep(Duration.ofSeconds(Long.getLong("seconds", 10)));
        System.out.println(count + " in all");
      }
    }
  }
}
