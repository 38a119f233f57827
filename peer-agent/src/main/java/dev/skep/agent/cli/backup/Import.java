package dev.skep.agent.cli.backup;

import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.cli.backup.BackupFolder.Size;
import dev.skep.agent.cli.console.Failure;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * Tells a running tracker what an exported folder has. Everything is looked through before the
 * first thing is sent. What the tracker has already is replaced by the same, so that an import
 * which was interrupted is ended by another.
 */
public final class Import {
  /** Lines of access lists at a time. */
  private static final int CHUNK_LINES = 1_000;

  private final TrackerApi tracker;
  private final BackupFolder folder;
  private final LongConsumer progress;

  /**
   * @param progress hears how many torrents arrived so far
   */
  public Import(TrackerApi tracker, BackupFolder folder, LongConsumer progress) {
    this.tracker = tracker;
    this.folder = folder;
    this.progress = progress;
  }

  /** Looks through everything, and sends nothing. */
  public Size check() throws IOException, Failure {
    return folder.read(
        new BackupFolder.Reader() {
          @Override
          public void access(String line) {}

          @Override
          public void torrent(JsonObject row, byte[] file) {}
        });
  }

  /** Sends everything. */
  public Size run() throws IOException, Failure {
    check();
    var sending = new Sending();
    Size size = folder.read(sending);
    sending.flush();
    return size;
  }

  private final class Sending implements BackupFolder.Reader {
    private final StringBuilder lines = new StringBuilder();
    private int count;
    private long torrents;

    @Override
    public void access(String line) throws IOException {
      lines.append(line).append('\n');
      if (++count == CHUNK_LINES) {
        flush();
      }
    }

    void flush() throws IOException {
      if (count > 0) {
        tracker.access().add(lines.toString());
        lines.setLength(0);
        count = 0;
      }
    }

    @Override
    public void torrent(JsonObject row, byte[] file) throws IOException {
      flush(); // who is denied first, so that nobody announces what is denied
      tracker.restore(file, row);
      progress.accept(++torrents);
    }
  }
}
