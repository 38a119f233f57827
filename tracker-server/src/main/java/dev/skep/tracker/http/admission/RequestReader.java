package dev.skep.tracker.http.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.tracker.announce.PathPrefix;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads requests. The prefix of paths is taken off. A HEAD is read as a GET, whose answer loses its
 * body on the way out (RFC 9110, 9.3.2): not everything behind knows what to do with one. Of bodies
 * in chunks (RFC 9112, 7.1) it reads past extensions and trailers, which Helidon's connection takes
 * for errors, and hands on a large one as several small ones: that connection waits for a whole
 * chunk, and holds it. Lines are what it reads of chunks only, and bytes the first line of a
 * request only: headers and the rest of bodies are read in other ways.
 */
final class RequestReader extends DataReader {
  private static final int LONGEST_LINE_BYTES = 1 << 10;
  private static final int MOST_TRAILERS = 64;
  private static final int END_OF_LINE_BYTES = 2;
  private static final int MOST_CHUNK_BYTES = 8 << 10;

  /** Some that are far too large, too; the server refuses those by the body's limit. */
  private static final Pattern CHUNK_SIZE = Pattern.compile("[0-9A-Fa-f]{1,15}");

  private static final byte[] HEAD = "HEAD ".getBytes(US_ASCII);
  private static final byte[] GET = "GET ".getBytes(US_ASCII);

  /** What of the chunk under way was not handed on yet. */
  private long chunkRestBytes;

  private boolean behindLastChunk;

  /** Where the body ends is not known, so what comes may not be taken for another request. */
  private boolean lost;

  private boolean headAlone;
  private final PathPrefix prefix;

  RequestReader(Supplier<byte[]> from, PathPrefix prefix) {
    super(from);
    this.prefix = prefix;
  }

  /** The first line of a request, without its end and without the prefix of its path. */
  @Override
  public byte[] readBytes(int length) {
    return asGet(prefix.text().isEmpty() ? super.readBytes(length) : behindPrefix(length));
  }

  private byte[] behindPrefix(int length) {
    String line = new String(super.readBytes(length), ISO_8859_1);
    int path = line.indexOf(' ') + 1;
    int end = path;
    while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != '?') {
      end++;
    }
    String known = prefix.behind(line.substring(path, end));
    return (line.substring(0, path) + known + line.substring(end)).getBytes(ISO_8859_1);
  }

  private byte[] asGet(byte[] line) {
    int length = line.length;
    headAlone = Arrays.equals(HEAD, 0, HEAD.length, line, 0, Math.min(HEAD.length, length));
    if (!headAlone) {
      return line;
    }
    byte[] get = Arrays.copyOfRange(line, HEAD.length - GET.length, length);
    System.arraycopy(GET, 0, get, 0, GET.length);
    return get;
  }

  /** Whether the last request that was begun is a HEAD. */
  boolean headAlone() {
    return headAlone;
  }

  /** The size of a chunk or of a piece of it, or the empty line behind the last one. */
  @Override
  public String readLine() {
    if (behindLastChunk) {
      behindLastChunk = false;
      String line = boundedLine();
      for (int trailers = 0; !line.isEmpty() && trailers < MOST_TRAILERS; trailers++) {
        line = boundedLine();
      }
      return line;
    }
    if (chunkRestBytes == 0) {
      chunkRestBytes = chunkSize(boundedLine());
      behindLastChunk = chunkRestBytes == 0;
    }
    int piece = (int) Math.min(chunkRestBytes, MOST_CHUNK_BYTES);
    chunkRestBytes -= piece;
    return Integer.toHexString(piece);
  }

  /** Whatever is read begins with a line. */
  @Override
  public int findNewLine(int most) {
    if (lost) {
      throw new CloseConnectionException("a chunk had no size");
    }
    return super.findNewLine(most);
  }

  /** The end of a chunk's line, which there is none of within a chunk. */
  @Override
  public void skip(int bytes) {
    if (chunkRestBytes == 0 || bytes != END_OF_LINE_BYTES) {
      super.skip(bytes);
    }
  }

  private long chunkSize(String line) {
    int extension = line.indexOf(';');
    String size = (extension < 0 ? line : line.substring(0, extension)).stripTrailing();
    if (!CHUNK_SIZE.matcher(size).matches()) {
      lost = true;
      throw RequestRules.wrong("a chunk has no size");
    }
    return Long.parseLong(size, 16);
  }

  private String boundedLine() {
    int length = findNewLine(LONGEST_LINE_BYTES);
    if (length == LONGEST_LINE_BYTES) {
      return "too long";
    }
    String line = readAsciiString(length);
    super.skip(END_OF_LINE_BYTES);
    return line;
  }
}
