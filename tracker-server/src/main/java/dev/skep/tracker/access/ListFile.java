package dev.skep.tracker.access;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;

/**
 * A file in which an operator keeps access lists, as {@link ListLines} has them. It is looked at
 * every second, and read when it has changed and then stayed the same for a second, so that none is
 * read that is half written; {@link #read} does so at once. What cannot be used leaves what held
 * before in force.
 */
public final class ListFile implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ListFile.class.getName());
  private static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(1);
  private static final int MOST_BYTES = 64 << 20;

  private final Path file;
  private final AccessRules rules;
  private final Actor actor;
  private final Thread watch;
  private String used;
  private String seen;
  private volatile Optional<String> problem = Optional.empty();

  private ListFile(Path file, AccessRules rules) {
    this.file = file;
    this.rules = rules;
    this.actor = new Actor("the file " + file, Optional.empty());
    this.used = stamp();
    this.seen = used;
    this.watch = Thread.ofPlatform().daemon().name("access file").unstarted(this::watch);
  }

  /**
   * Reads the file and follows it.
   *
   * @throws IOException if it cannot be used; the message is one line for the operator
   */
  public static ListFile follow(Path file, AccessRules rules) throws IOException {
    var followed = new ListFile(file, rules);
    rules.beginWithFile(followed.actor, lists(file));
    followed.watch.start();
    return followed;
  }

  /** Why the file as it is now cannot be used, if so. */
  public Optional<String> problem() {
    return problem;
  }

  /** Reads the file now, whether it has changed or not. */
  public synchronized void read() {
    used = stamp();
    seen = used;
    try {
      rules.setListsOfFile(actor, lists(file));
      problem = Optional.empty();
      LOG.log(Level.INFO, "the access lists of {0} hold", file);
    } catch (IOException e) {
      problem = Optional.of(String.valueOf(e.getMessage()));
      LOG.log(Level.WARNING, "the access lists of the file stay as they were: {0}", e.getMessage());
    }
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(LOOKED_AT_EVERY);
        try {
          look();
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, "looking at " + file + " failed", e);
        }
      }
    } catch (InterruptedException _) {
      // The tracker ends.
    }
  }

  private synchronized void look() {
    String now = stamp();
    boolean rests = now.equals(seen);
    seen = now;
    if (rests && !now.equals(used)) {
      read();
    }
  }

  /** What changes with the file: also which one a link leads to. */
  private String stamp() {
    try {
      var found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.size() + " " + found.lastModifiedTime() + " " + found.fileKey();
    } catch (IOException _) {
      return "";
    }
  }

  private static AccessLists lists(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file + " (skep.access.file)", e);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + " (skep.access.file); who may?", e);
    }
    if (bytes.length > MOST_BYTES) {
      throw new IOException(file + " (skep.access.file) is longer than " + MOST_BYTES + " bytes");
    }
    try {
      // A decoder, since new String would take what is no text for text.
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return ListLines.read(text.toString());
    } catch (CharacterCodingException e) {
      throw new IOException(file + " (skep.access.file) is no UTF-8 text", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " (skep.access.file), " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
