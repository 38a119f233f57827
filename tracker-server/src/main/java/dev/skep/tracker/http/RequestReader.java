package dev.skep.tracker.http;

import io.helidon.common.buffers.DataReader;
import java.util.function.Supplier;

/**
 * Reads requests; of bodies in chunks (RFC 9112, 7.1) it reads past extensions and trailers, which
 * Helidon's connection takes for errors. Lines are what it reads of chunks only: the first line of
 * a request and its headers are read in another way.
 */
final class RequestReader extends DataReader {
  private static final int LONGEST_LINE_BYTES = 1 << 10;
  private static final int MOST_TRAILERS = 64;

  private boolean behindLastChunk;

  RequestReader(Supplier<byte[]> from) {
    super(from);
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
