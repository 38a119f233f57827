package dev.skep.agent.webseed;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A web server of a test, by hand: it gives files as it should, or answers whatever a test says.
 */
public final class WebServer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

  /** What was asked. */
  public record Request(String target, Map<String, String> headers) {
    /** First and last byte. */
    public Optional<long[]> range() {
      Matcher range = RANGE.matcher(headers.getOrDefault("range", ""));
      return range.matches()
          ? Optional.of(new long[] {Long.parseLong(range.group(1)), Long.parseLong(range.group(2))})
          : Optional.empty();
    }

    public long from() {
      return range().orElseThrow()[0];
    }

    public int length() {
      return (int) (range().orElseThrow()[1] - from() + 1);
    }
  }

  /** How it answers; an exception ends the connection. */
  @FunctionalInterface
  public interface Answers {
    void answer(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final Map<String, byte[]> files = new HashMap<>();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong sentBytes = new AtomicLong();
  private volatile Answers answers = this::give;

  public WebServer() throws IOException {
    this("127.0.0.1");
  }

  public WebServer(String address) throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.ofLiteral(address));
    Thread.ofVirtual().start(this::accept);
  }

  /**
   * Has a file.
   *
   * @param target path as it must be asked for
   */
  public WebServer with(String target, byte[] bytes) {
    files.put(target, bytes);
    return this;
  }

  public WebServer answering(Answers other) {
    answers = other;
    return this;
  }

  public String url() {
    return "http://" + socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort();
  }

  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  public int connections() {
    return connections.get();
  }

  /** What clients took of answers. */
  public long sentBytes() {
    return sentBytes.get();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = counted(client.getOutputStream());
      Optional<Request> request = read(in);
      while (request.isPresent()) {
        requests.add(request.get());
        answers.answer(request.get(), out);
        out.flush();
        request = read(in);
      }
    } catch (IOException e) {
      // The client is gone, or the test wants it so.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private OutputStream counted(OutputStream out) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        out.write(b);
        sentBytes.incrementAndGet();
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        sentBytes.addAndGet(length);
      }
    };
  }

  private static Optional<Request> read(InputStream in) throws IOException {
    String first = line(in);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return Optional.of(new Request(first.split(" ", 3)[1], headers));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString().strip();
  }

  /** As it should be: the part that is asked for. */
  public void give(Request request, OutputStream out) throws IOException {
    byte[] file = files.get(request.target());
    if (file == null) {
      status(out, "404 Not Found");
      return;
    }
    part(request, out, file, file.length);
  }

  /** All of a file whatever is asked, as Python's own server has it. */
  public void giveWhole(Request request, OutputStream out) throws IOException {
    byte[] file = Objects.requireNonNull(files.get(request.target()));
    head(out, "200 OK", "Content-Length: " + file.length);
    out.write(file);
  }

  public static void part(Request request, OutputStream out, byte[] file, long total)
      throws IOException {
    head(
        out,
        "206 Partial Content",
        "Content-Length: " + request.length(),
        "Content-Range: bytes %d-%d/%d"
            .formatted(request.from(), request.from() + request.length() - 1, total));
    out.write(file, (int) request.from(), request.length());
  }

  public static void status(OutputStream out, String status, String... headers) throws IOException {
    String[] all = new String[headers.length + 1];
    System.arraycopy(headers, 0, all, 0, headers.length);
    all[headers.length] = "Content-Length: 0";
    head(out, status, all);
  }

  public static void head(OutputStream out, String status, String... headers) throws IOException {
    String head = "HTTP/1.1 " + status + "\r\n";
    for (String header : headers) {
      head += header + "\r\n";
    }
    out.write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
