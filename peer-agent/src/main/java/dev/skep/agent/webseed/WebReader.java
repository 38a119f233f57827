package dev.skep.agent.webseed;

import dev.skep.agent.connection.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a server's files, one answer at a time, as fast as the limits allow. One thread at a time
 * may use it; any may look how long it has been waiting.
 */
final class WebReader implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 * 1024;

  /** Where redirections of so many files led is remembered, so that each costs one round trip. */
  private static final int MOST_REMEMBERED = 64;

  /**
   * What the readers of one server share.
   *
   * @param root of all files
   * @param whole whether it gives whole files only
   * @param redirected where files are in fact
   */
  record Server(
      WebAddress root,
      boolean whole,
      boolean isLocal,
      WebFiles files,
      Web web,
      Limits limits,
      Map<Integer, WebAddress> redirected) {
    static Server of(
        WebAddress root, boolean whole, boolean local, WebFiles files, Web web, Limits limits) {
      return new Server(root, whole, local, files, web, limits, new ConcurrentHashMap<>());
    }

    private WebAddress address(int file) throws WebTrouble {
      WebAddress known = redirected.get(file);
      return known == null ? files.address(root, file) : known;
    }

    private void remember(int file, WebAddress at) {
      if (redirected.size() >= MOST_REMEMBERED) {
        redirected.clear();
      }
      redirected.put(file, at);
    }
  }

  private final Server server;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private @Nullable WebBody body;
  private volatile long waitingSince; // monotonic nanoseconds; 0: not for the server

  WebReader(Server server) {
    this.server = server;
  }

  /** From now on the server lets us wait. */
  void begin() {
    waitingSince = System.nanoTime() | 1; // never 0
  }

  /** What was awaited is here. */
  void rest() {
    waitingSince = 0;
  }

  /** Whether the server let us wait for that long; what we held up ourselves does not count. */
  boolean isStuck(long now, long nanos) {
    long since = waitingSince;
    return since != 0 && now - since > nanos;
  }

  /**
   * Reads a part of a file.
   *
   * @param goesOnBytes how much of the file will be wanted in a row, this part included: so much is
   *     asked for at once
   */
  void read(WebFiles.Part part, long goesOnBytes, ByteBuffer into)
      throws WebTrouble, IOException, InterruptedException {
    if (part.file() == WebFiles.ZEROS) {
      into.put(new byte[part.lengthBytes()]);
      return;
    }
    WebBody from = server.whole ? wholeFile(part) : range(part, goesOnBytes);
    int left = part.lengthBytes();
    while (left > 0) {
      int n = take(from, left);
      into.put(chunk, 0, n);
      left -= n;
    }
    if (from.isOver()) {
      from.expectEnd();
      close();
    }
  }

  private WebBody range(WebFiles.Part part, long goesOnBytes)
      throws WebTrouble, IOException, InterruptedException {
    WebBody open = body;
    if (open != null && open.isAt(part.file(), part.offset())) {
      return open;
    }
    return open(part.file(), part.offset(), goesOnBytes);
  }

  /** What comes before the part is read too, and thrown away. */
  private WebBody wholeFile(WebFiles.Part part)
      throws WebTrouble, IOException, InterruptedException {
    WebBody open = body;
    if (open == null || !open.isBefore(part.file(), part.offset())) {
      open = open(part.file(), 0, server.files.lengthBytes(part.file()));
    }
    while (open.position() < part.offset()) {
      take(open, part.offset() - open.position());
      begin();
    }
    return open;
  }

  private WebBody open(int file, long from, long lengthBytes)
      throws WebTrouble, IOException, InterruptedException {
    close();
    WebAddress at = server.address(file);
    HttpRanges.Answer answer =
        server
            .web
            .ranges()
            .get(
                new HttpRanges.Wanted(
                    at, file, from, lengthBytes, server.files.lengthBytes(file), server.isLocal));
    if (!answer.from().equals(at)) {
      server.remember(file, answer.from());
    }
    body = answer.body();
    return answer.body();
  }

  /** Reads into the chunk and pays for it. */
  private int take(WebBody from, long most) throws WebTrouble, IOException, InterruptedException {
    int turn = server.limits.turnBytes(CHUNK_BYTES);
    int n = from.read(chunk, (int) Math.min(most, turn));
    long now = System.nanoTime();
    long wait = server.limits.pay(n, now);
    if (wait > 0) {
      long began = waitingSince;
      waitingSince = 0; // it is us who hold it up
      server.limits.sleep(wait);
      long back = System.nanoTime();
      server.limits.waited(back);
      waitingSince = (began + back - now) | 1;
    }
    return n;
  }

  @Override
  public void close() {
    WebBody open = body;
    if (open != null) {
      body = null;
      open.close();
    }
  }
}
