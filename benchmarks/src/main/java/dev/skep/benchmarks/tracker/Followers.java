package dev.skep.benchmarks.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Plays agents that follow a label, each at an address of its own: most ask every three to four
 * seconds whether the catalogue has changed, as an agent does, and some listen to the stream of
 * events. Then something is published, and it is measured when all have heard of it.
 */
@Command(
    name = "tracker-followers",
    mixinStandardHelpOptions = true,
    description = "Plays followers of a catalogue, and reports what they cost its tracker.")
public final class Followers implements Callable<Integer> {
  private static final String LABEL = "web";
  private static final long INTERVAL_NANOS = 4_000_000_000L;
  private static final long LOST_NANOS = 10_000_000_000L;
  private static final double SOON_MICROS = 5e6;

  @Parameters(paramLabel = "URL", description = "http://ADDRESS:PORT")
  private URI url;

  @Option(names = "--followers", defaultValue = "10000")
  private int count;

  @Option(names = "--streams", defaultValue = "64")
  private int streams;

  @Option(names = "--carried", defaultValue = "10", description = "torrents under the label")
  private int carried;

  @Option(names = "--warm-up", defaultValue = "12", description = "seconds")
  private int warmUpSeconds;

  @Option(names = "--seconds", defaultValue = "20", description = "measured")
  private int seconds;

  @Option(names = "--pid", required = true, description = "of the tracker")
  private long pid;

  @Option(names = "--token-file", required = true, description = "what opens the tracker")
  private Path token;

  private final SplittableRandom random = new SplittableRandom(1);
  private final PriorityQueue<Follower> waiting = new PriorityQueue<>();
  private final LongAdder events = new LongAdder();
  private final AtomicInteger listening = new AtomicInteger();
  private final Selector selector = Selector.open();
  private InetSocketAddress tracker = new InetSocketAddress(0);
  private String newest = "";
  private String newestHash = "";
  private int behind;
  private Times looks = new Times();
  private Times hearing = new Times();
  private long publishedAt;
  private int lost;
  private final Map<String, Integer> lostBy = new TreeMap<>();

  private Followers() throws IOException {}

  public static void main(String[] arguments) throws IOException {
    System.exit(new CommandLine(new Followers()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    tracker = new InetSocketAddress(InetAddress.ofLiteral(url.getHost()), url.getPort());
    for (int i = 0; i < carried; i++) {
      publish(i);
    }
    for (int i = 0; i < streams; i++) {
      InetAddress at = address(count + i);
      Thread.ofVirtual().start(() -> listen(at));
    }
    long now = System.nanoTime();
    for (int i = 0; i < count; i++) {
      waiting.add(new Follower(i, now + random.nextLong(INTERVAL_NANOS)));
    }
    play(warmUpSeconds, false);
    looks = new Times();
    lost = 0;
    lostBy.clear();
    double before = ProcessCpu.seconds(pid);
    double own = ProcessCpu.seconds(ProcessHandle.current().pid());
    double took = play(seconds, false);
    System.out.printf(
        "%d followers, %d streams: %.0f looks/s, p50 %.1f ms, p99 %.1f ms, lost %d %s; tracker %.1f"
            + " %% of a core, resident %d MiB; this load %.1f %% of a core%n",
        count,
        listening.get(),
        looks.count() / took,
        looks.percentileMicros(0.5) / 1000,
        looks.percentileMicros(0.99) / 1000,
        lost,
        lostBy,
        100 * (ProcessCpu.seconds(pid) - before) / took,
        ProcessCpu.residentKib(pid) >> 10,
        100 * (ProcessCpu.seconds(ProcessHandle.current().pid()) - own) / took);
    return afterPublication() && lost == 0 ? 0 : 1;
  }

  private boolean afterPublication() throws Exception {
    double before = ProcessCpu.seconds(pid);
    long heardBefore = events.sum();
    publishedAt = System.nanoTime();
    behind = count;
    newest = publish(carried);
    double took = play(20, true);
    System.out.printf(
        "published: half of them had its .torrent file after %.1f s, 99 %% after %.1f s, all after"
            + " %.1f s; %d streams told of it; tracker %.0f %% of a core meanwhile%n",
        hearing.percentileMicros(0.5) / 1e6,
        hearing.percentileMicros(0.99) / 1e6,
        hearing.percentileMicros(1) / 1e6,
        events.sum() - heardBefore,
        100 * (ProcessCpu.seconds(pid) - before) / took);
    return behind == 0 && hearing.percentileMicros(1) < SOON_MICROS;
  }

  /** One of 2^24 that are this machine's. */
  private static InetAddress address(int i) throws IOException {
    int host = i + 256; // not 127.0.0.x, which others use
    return InetAddress.getByAddress(
        new byte[] {127, (byte) (host >> 16), (byte) (host >> 8), (byte) host});
  }

  /** For so long, or until all have heard; returns how many seconds that took. */
  private double play(int mostSeconds, boolean untilAllHeard) throws IOException {
    long start = System.nanoTime();
    long end = start + mostSeconds * 1_000_000_000L;
    long now = start;
    while (now < end && !(untilAllHeard && behind == 0)) {
      while (!waiting.isEmpty() && waiting.peek().due <= now) {
        waiting.poll().begin();
      }
      selector.select(key -> ((Follower) key.attachment()).ready(key), 1);
      now = System.nanoTime();
    }
    return (now - start) / 1e9;
  }

  // ---- Who asks ----

  /** One agent that asks, for the list and, when something is new, for its .torrent file. */
  private final class Follower implements Comparable<Follower> {
    private final int number;
    private final InetAddress from;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private String tag = "";
    private boolean fetches;
    private long due;
    private long began;

    Follower(int number, long due) throws IOException {
      this.number = number;
      this.from = address(number);
      this.due = due;
    }

    @Override
    public int compareTo(Follower other) {
      return Long.compare(due, other.due);
    }

    void begin() {
      began = due;
      ask(false);
    }

    private void ask(boolean forFile) {
      fetches = forFile;
      answer.reset();
      try {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(from, 0));
        boolean connected = channel.connect(tracker);
        channel.register(
            selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, this);
      } catch (IOException e) {
        answered(false);
      }
    }

    void ready(SelectionKey key) {
      SocketChannel channel = (SocketChannel) key.channel();
      try {
        if (key.isConnectable()) {
          channel.finishConnect();
          key.interestOps(SelectionKey.OP_WRITE);
        } else if (key.isWritable()) {
          channel.write(ByteBuffer.wrap(request().getBytes(ISO_8859_1)));
          key.interestOps(SelectionKey.OP_READ);
        } else {
          read(channel);
        }
      } catch (IOException e) {
        end(channel, false);
      }
    }

    private String request() {
      String path =
          fetches
              ? "/torrents/" + newestHash + ".torrent"
              : "/api/v1/catalogue?limit=500&label=%s&skep_host=m%d&skep_id=%032x&skep_labels=%s"
                  .formatted(LABEL, number, number, LABEL);
      return "GET "
          + path
          + " HTTP/1.1\r\nHost: tracker\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n"
          + (tag.isEmpty() || fetches ? "" : "If-None-Match: " + tag + "\r\n")
          + "Connection: close\r\n\r\n";
    }

    private void read(SocketChannel channel) throws IOException {
      ByteBuffer buffer = BUFFER.clear();
      int n = channel.read(buffer);
      if (n >= 0) {
        answer.write(BYTES, 0, n);
        return;
      }
      String text = answer.toString(ISO_8859_1);
      boolean isRead = text.startsWith("HTTP/1.1 200");
      if (isRead && fetches) {
        behind--;
        hearing.add(System.nanoTime() - publishedAt);
      } else if (isRead) {
        int at = text.indexOf("ETag: ");
        tag = at < 0 ? "" : text.substring(at + 6, text.indexOf("\r\n", at));
        if (behind > 0 && list(text).contains(newest)) {
          channel.close();
          ask(true);
          return;
        }
      }
      end(channel, isRead || text.startsWith("HTTP/1.1 304"));
    }

    private String list(String text) throws IOException {
      int body = text.indexOf("\r\n\r\n") + 4;
      if (!text.substring(0, body).contains("Content-Encoding: gzip")) {
        return text.substring(body);
      }
      byte[] packed = text.substring(body).getBytes(ISO_8859_1);
      try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        return new String(in.readAllBytes(), ISO_8859_1);
      }
    }

    private void end(SocketChannel channel, boolean isAnswered) {
      try {
        channel.close();
      } catch (IOException _) {
        // It is gone either way.
      }
      answered(isAnswered);
    }

    private void answered(boolean isAnswered) {
      long now = System.nanoTime();
      if (isAnswered && now - began < LOST_NANOS) {
        looks.add(now - began);
      } else {
        lost++;
        String how =
            isAnswered
                ? "late"
                : answer.size() < 12 ? "hung up" : answer.toString(ISO_8859_1).substring(9, 12);
        lostBy.merge(how, 1, Integer::sum);
      }
      due = now + (long) ((0.75 + 0.25 * random.nextDouble()) * INTERVAL_NANOS);
      waiting.add(this);
    }
  }

  private static final byte[] BYTES = new byte[1 << 16];
  private static final ByteBuffer BUFFER = ByteBuffer.wrap(BYTES);

  // ---- Who listens ----

  private void listen(InetAddress from) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(tracker);
      OutputStream out = socket.getOutputStream();
      out.write(
          "GET /api/v1/catalogue/events HTTP/1.1\r\nHost: tracker\r\nAccept: text/event-stream\r\n\r\n"
              .getBytes(ISO_8859_1));
      out.flush();
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
      if (in.readLine().contains(" 200 ")) {
        listening.incrementAndGet();
      }
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("event: published")) {
          events.increment();
        }
      }
    } catch (IOException e) {
      System.err.println("a stream ended: " + e);
    }
  }

  // ---- Who publishes ----

  /** A torrent of a piece; returns its name, and notes its info-hash. */
  private String publish(int number) throws Exception {
    byte[] hash = new byte[20];
    new SplittableRandom(number).nextBytes(hash);
    String name = "published-%06d".formatted(number);
    var torrent = new ByteArrayOutputStream();
    torrent.writeBytes(
        "d4:infod6:lengthi16384e4:name%d:%s12:piece lengthi16384e6:pieces20:"
            .formatted(name.length(), name)
            .getBytes(ISO_8859_1));
    torrent.writeBytes(hash);
    torrent.writeBytes("ee".getBytes(ISO_8859_1));
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(url.resolve("/api/v1/torrents?label=" + LABEL))
                  .header("Authorization", "Bearer " + Files.readString(token).strip())
                  .header("Content-Type", "application/x-bittorrent")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(torrent.toByteArray()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IOException("not published: " + answer.body());
      }
      newestHash = answer.body().replaceAll("(?s).*\"infoHash\":\"([0-9a-f]+)\".*", "$1");
    }
    return name;
  }
}
