package dev.skep.agent.discovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One GET of HTTP/1.1 at one address of a host, over TLS if the URL says so. The JDK's clients
 * choose the address themselves, where a tracker must be asked over both families; and they load
 * all of TLS for plain HTTP too.
 */
public final class HttpGet implements AutoCloseable {
  private static final int MOST_BODY_BYTES = 1 << 20;
  private static final int MOST_HEAD_BYTES = 32 * 1024;
  private static final long CONNECT_NANOS = 10_000_000_000L;

  /**
   * What came back.
   *
   * @param location where else to ask, if it says so
   * @param retryAfter how long to wait before the next question, zero if it does not say
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, Optional<String> location, Duration retryAfter, byte[] body) {}

  /** The lines that stand before a body, as far as they matter. */
  private static final class Head {
    private int status;
    private Optional<String> location = Optional.empty();
    private Duration retryAfter = Duration.ZERO;
    private OptionalLong length = OptionalLong.empty();
    private boolean chunked;
    private String encoding = "";
  }

  private final TrackerUrl url;
  private final long deadline;
  private final Socket socket = new TimedSocket();
  private int headBytes;

  /** Nothing is sent yet. Closing it from elsewhere ends it. */
  HttpGet(TrackerUrl url, long deadlineNanos) {
    this.url = url;
    deadline = deadlineNanos;
  }

  /**
   * Asks, and reads the answer.
   *
   * @param local the address to ask from, unless it is the wildcard address
   * @throws SocketTimeoutException if the time is over
   */
  Answer ask(InetAddress at, InetAddress local) throws IOException {
    if (!local.isAnyLocalAddress()) {
      socket.bind(new InetSocketAddress(local, 0));
    }
    socket.connect(
        new InetSocketAddress(at, url.port()), millis(Math.min(CONNECT_NANOS, leftNanos())));
    Socket talking = url.scheme() == TrackerUrl.Scheme.HTTPS ? secured() : socket;
    talking.getOutputStream().write(request().getBytes(US_ASCII));
    InputStream in = new BufferedInputStream(talking.getInputStream());
    Head head = head(in);
    while (head.status >= 100 && head.status < 200) {
      head = head(in);
    }
    byte[] body = plain(head.encoding, body(head, in));
    return new Answer(head.status, head.location, head.retryAfter, body);
  }

  private Socket secured() throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket secure = (SSLSocket) factory.createSocket(socket, url.host(), url.port(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  private String request() {
    return "GET "
        + url.requestTarget()
        + " HTTP/1.1\r\nHost: "
        + url.hostHeader()
        + url.basic().map(basic -> "\r\nAuthorization: " + basic).orElse("")
        + "\r\nUser-Agent: Skep\r\nAccept: */*\r\nAccept-Encoding: identity"
        + "\r\nConnection: close\r\n\r\n";
  }

  private Head head(InputStream in) throws IOException {
    Head head = new Head();
    head.status = status(line(in));
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT)) {
        case "content-length" -> head.length = OptionalLong.of(number(value, 10));
        case "transfer-encoding" ->
            head.chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
        case "content-encoding" -> head.encoding = value.toLowerCase(Locale.ROOT);
        case "location" -> head.location = Optional.of(value);
        case "retry-after" -> head.retryAfter = retryAfter(value, Instant.now());
        default -> {}
      }
    }
    return head;
  }

  private static int status(String line) throws IOException {
    String[] words = line.split(" ", 3);
    if (!words[0].startsWith("HTTP/1.") || words.length < 2) {
      throw new ProtocolException("it does not speak HTTP");
    }
    return (int) Math.min(999, number(words[1], 10));
  }

  /**
   * What a Retry-After header says: seconds or a date (RFC 9110, 10.2.3). What is neither says
   * nothing, and a date may be past.
   */
  public static Duration retryAfter(String value, Instant now) {
    try {
      return value.matches("[0-9]{1,9}")
          ? Duration.ofSeconds(Long.parseLong(value))
          : Duration.between(now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value)));
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  private byte[] body(Head head, InputStream in) throws IOException {
    if (head.chunked) {
      return chunks(in);
    }
    if (head.length.isEmpty()) {
      byte[] all = in.readNBytes(MOST_BODY_BYTES + 1);
      bounded(all.length);
      return all;
    }
    return exactly(bounded(head.length.getAsLong()), in);
  }

  /** Some compress whatever was asked for. */
  private static byte[] plain(String encoding, byte[] body) throws IOException {
    try (InputStream in = inflating(encoding, body)) {
      byte[] all = in.readNBytes(MOST_BODY_BYTES + 1);
      bounded(all.length);
      return all;
    } catch (ZipException | EOFException e) {
      throw new ProtocolException("its compressed answer is damaged");
    }
  }

  private static InputStream inflating(String encoding, byte[] body) throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    return switch (encoding) {
      case "", "identity" -> in;
      case "gzip", "x-gzip" -> new GZIPInputStream(in);
      case "deflate" -> new InflaterInputStream(in, new Inflater(!hasZlibHead(body)));
      default -> throw new ProtocolException("it compresses its answer in a way nobody asked for");
    };
  }

  /** Two forms go by the name of deflate; zlib's has a head (RFC 1950). */
  private static boolean hasZlibHead(byte[] body) {
    return body.length > 1
        && (body[0] & 0x0f) == 8
        && ((body[0] & 0xff) << 8 | (body[1] & 0xff)) % 31 == 0;
  }

  private byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      long bytes = number(line(in).split(";", 2)[0].strip(), 16);
      if (bytes == 0) {
        return all.toByteArray();
      }
      bounded(all.size() + bytes);
      all.writeBytes(exactly((int) bytes, in));
      line(in);
    }
  }

  private static byte[] exactly(int bytes, InputStream in) throws IOException {
    byte[] all = in.readNBytes(bytes);
    if (all.length < bytes) {
      throw new EOFException("the answer ended early");
    }
    return all;
  }

  private static int bounded(long bytes) throws IOException {
    if (bytes > MOST_BODY_BYTES) {
      throw new ProtocolException("the answer is longer than " + MOST_BODY_BYTES + " bytes");
    }
    return (int) bytes;
  }

  private static long number(String digits, int radix) throws IOException {
    try {
      return Long.parseUnsignedLong(digits, radix) & Long.MAX_VALUE;
    } catch (NumberFormatException e) {
      throw new ProtocolException("it does not speak HTTP");
    }
  }

  private String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the answer ended early");
      }
      if (++headBytes > MOST_HEAD_BYTES) {
        throw new ProtocolException("the answer's head is too long");
      }
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  private long leftNanos() throws SocketTimeoutException {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    return left;
  }

  private static int millis(long nanos) {
    return Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE);
  }

  /** Reads until the deadline, however slowly bytes come; below TLS too. */
  private final class TimedSocket extends Socket {
    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read(byte[] into, int from, int count) throws IOException {
          setSoTimeout(millis(leftNanos()));
          return super.read(into, from, count);
        }
      };
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
