package dev.skep.tracker.http.admission;

import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Keys and certificates as their files have them. The files are looked at again when somebody
 * connects, once in a few seconds at most; new ones that cannot be used leave the old in force.
 * Safe for many threads, of which one looks while the others go on.
 */
public final class RenewedTls implements Supplier<Tls> {
  static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(5);
  private static final Logger LOG = System.getLogger(RenewedTls.class.getName());

  private final List<Path> files;
  private final Reader reader;
  private final LongSupplier nanoTime;
  private final ReentrantLock looking = new ReentrantLock();
  private List<String> seen;
  private volatile long lookedAtNanos;
  private volatile Tls tls;

  /** Reads what is in the files. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Reads them.
     *
     * @throws IOException if they cannot be used; the message is one line for the operator
     */
    Tls read() throws IOException;
  }

  /**
   * Reads for the first time.
   *
   * @throws IOException if the files cannot be used
   */
  public RenewedTls(List<Path> files, Reader reader, LongSupplier nanoTime) throws IOException {
    this.files = List.copyOf(files);
    this.reader = reader;
    this.nanoTime = nanoTime;
    this.seen = stamps();
    this.lookedAtNanos = nanoTime.getAsLong();
    this.tls = reader.read();
  }

  @Override
  public Tls get() {
    long now = nanoTime.getAsLong();
    if (now - lookedAtNanos >= LOOKED_AT_EVERY.toNanos() && looking.tryLock()) {
      try {
        lookedAtNanos = now;
        look();
      } finally {
        looking.unlock();
      }
    }
    return tls;
  }

  private void look() {
    List<String> there = stamps();
    if (there.equals(seen)) {
      return;
    }
    seen = there; // once for each change, whatever comes of it
    try {
      tls = reader.read();
      LOG.log(Level.INFO, "new keys of TLS are used");
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the keys of TLS stay as they were: {0}", e.getMessage());
    }
  }

  /** What changes with a file: also which one a link leads to. */
  private List<String> stamps() {
    List<String> stamps = new ArrayList<>();
    for (Path file : files) {
      try {
        var found = Files.readAttributes(file, BasicFileAttributes.class);
        stamps.add(found.size() + " " + found.lastModifiedTime() + " " + found.fileKey());
      } catch (IOException _) {
        stamps.add("");
      }
    }
    return stamps;
  }
}
