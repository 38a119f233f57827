package dev.skep.tracker.http.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.common.buffers.DataReader;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Reads requests. A HEAD is read as a GET, whose answer loses its body on the way out (RFC 9110,
 * 9.3.2): not everything behind knows what to do with one. Of bodies in chunks (RFC 9112, 7.1) it
 * reads past extensions and trailers, which Helidon's connection takes for errors. Lines are what
 * it reads of chunks only, and bytes the first line of a request only: headers and the rest of
 * bodies are read in other ways.
 */
final class RequestReader extends DataReader {
  private static final int LONGEST_LINE_BYTES = 1 << 10;
  private static final int MOST_TRAILERS = 64;

  private static final byte[] HEAD = "HEAD ".getBytes(US_ASCII);
  private static final byte[] GET = "GET ".getBytes(US_ASCII);

  private boolean behindLastChunk;
  private boolean headAlone;

  RequestReader(Supplier<byte[]> from) {
    super(from);
  }

  /** The first line of a request, without its end. */
  @Override
  public byte[] readBytes(int length) {
    byte[] line = super.readBytes(length);
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

  /** The size of a chunk, or the empty line behind the last one. */
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
    String line = boundedLine();
    int extension = line.indexOf(';');
    String size = (extension < 0 ? line : line.substring(0, extension)).stripTrailing();
    behindLastChunk = !size.isEmpty() && size.chars().allMatch(digit -> digit == '0');
    return size;
  }

  private String boundedLine() {
    int length = findNewLine(LONGEST_LINE_BYTES);
    if (length == LONGEST_LINE_BYTES) {
      return "too long";
    }
    String line = readAsciiString(length);
    skip(2);
    return line;
  }
}
