package dev.skep.tracker.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.address.IpAddress;
import dev.skep.service.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Who changed what of access, and when: a line of JSON for each change, on the disk before the
 * change holds. A file that is full becomes {@code audit.log.1}, that {@code audit.log.2} and so
 * on; the oldest goes.
 */
public final class AuditLog {
  /** In the data folder. */
  public static final String FILE = "audit.log";

  /** Of each file. */
  static final int MOST_BYTES = 1 << 20;

  /** Besides the one that is written. */
  static final int MOST_FILES = 4;

  /** Of one change of many entries, such as a file that is read; behind them is told how many. */
  static final int MOST_LINES = 1_000;

  private final Path file;
  private final InstantSource clock;

  public AuditLog(Path folder, InstantSource clock) {
    this.file = folder.resolve(FILE);
    this.clock = clock;
  }

  /**
   * Writes that somebody is about to change something.
   *
   * @throws IOException if it cannot be written; then it must not be changed
   */
  void write(Actor actor, List<AccessChange> changes) throws IOException {
    if (changes.isEmpty()) {
      return;
    }
    var lines = new StringBuilder();
    for (AccessChange change : changes.subList(0, Math.min(MOST_LINES, changes.size()))) {
      begin(actor, lines);
      member("change", change.what().name().toLowerCase(Locale.ROOT), lines);
      member("list", change.list(), lines);
      member("entry", change.entry(), lines);
      member("note", change.note(), lines);
      lines.append("}\n");
    }
    if (changes.size() > MOST_LINES) {
      begin(actor, lines);
      member("change", "and " + (changes.size() - MOST_LINES) + " more at once", lines);
      lines.append("}\n");
    }
    append(lines.toString());
  }

  /**
   * Writes what else somebody did, or what became of the change before.
   *
   * @throws IOException if it cannot be written
   */
  void write(Actor actor, String did) throws IOException {
    var line = new StringBuilder();
    begin(actor, line);
    member("change", did, line);
    append(line.append("}\n").toString());
  }

  private void begin(Actor actor, StringBuilder line) {
    line.append("{\"time\":\"").append(clock.instant()).append('"');
    member("who", actor.who(), line);
    actor.from().map(IpAddress::toString).ifPresent(from -> member("from", from, line));
  }

  /** Plain ASCII: whatever a note holds, a terminal or an editor shows the line as it is. */
  private static void member(String name, String value, StringBuilder line) {
    line.append(",\"").append(name).append("\":\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    line.append('"');
  }

  private void append(String lines) throws IOException {
    try {
      byte[] bytes = lines.getBytes(UTF_8);
      if (Files.exists(file) && Files.size(file) + bytes.length > MOST_BYTES) {
        rotate();
      }
      try (FileChannel out =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OwnerOnly.file(file))) {
        writeWhole(out, ByteBuffer.wrap(bytes));
      }
    } catch (IOException e) {
      throw new IOException(
          "the audit log "
              + file
              + " cannot be written, and nothing changes without it: "
              + e.getMessage(),
          e);
    }
  }

  /** A line that has no room leaves nothing behind that the next would be written after. */
  private static void writeWhole(FileChannel out, ByteBuffer lines) throws IOException {
    long end = out.size();
    out.position(end);
    try {
      while (lines.hasRemaining()) {
        out.write(lines);
      }
      out.force(true);
    } catch (IOException e) {
      out.truncate(end);
      throw e;
    }
  }

  private void rotate() throws IOException {
    for (int i = MOST_FILES - 1; i > 0; i--) {
      if (Files.exists(numbered(i))) {
        Files.move(numbered(i), numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
  }

  private Path numbered(int i) {
    return file.resolveSibling(FILE + "." + i);
  }
}
