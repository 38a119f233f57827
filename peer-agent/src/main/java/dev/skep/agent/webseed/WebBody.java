package dev.skep.agent.webseed;

import java.io.IOException;
import java.io.InputStream;

/** A part of a file, as a web server sends it. One thread may use it. */
final class WebBody implements AutoCloseable {
  private final InputStream in;
  private final int file;
  private long position;
  private final long end;

  /**
   * Nothing is read yet.
   *
   * @param file whose part it is
   * @param from its first byte in the file
   */
  WebBody(InputStream in, int file, long from, long lengthBytes) {
    this.in = in;
    this.file = file;
    position = from;
    end = from + lengthBytes;
  }

  /** Whether its next byte is that one. */
  boolean isAt(int otherFile, long offset) {
    return file == otherFile && position == offset && position < end;
  }

  /** Whether that byte is among those that are still to come. */
  boolean isBefore(int otherFile, long offset) {
    return file == otherFile && position <= offset && offset < end;
  }

  long position() {
    return position;
  }

  boolean isOver() {
    return position == end;
  }

  /**
   * Waits for some bytes.
   *
   * @return how many came, at least 1
   * @throws WebTrouble if it ends before its end
   */
  int read(byte[] into, int most) throws IOException, WebTrouble {
    int n = in.read(into, 0, (int) Math.min(most, end - position));
    if (n < 0) {
      throw WebTrouble.passes("ended its answer before it was whole");
    }
    position += n;
    return n;
  }

  /**
   * All that was asked for is here: the connection may be used again if nothing follows.
   *
   * @throws WebTrouble if something does
   */
  void expectEnd() throws IOException, WebTrouble {
    if (in.read() >= 0) {
      throw WebTrouble.ofServer("sends more than it was asked for");
    }
  }

  /** Ends it; the connection with it, if there is more to come. */
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // Nobody reads on.
    }
  }
}
