package dev.skep.agent.cli.backup;

import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.catalogue.TrackerApiException;
import dev.skep.agent.cli.backup.BackupFolder.Size;
import dev.skep.agent.cli.console.Failure;
import dev.skep.service.files.OwnerOnly;
import dev.skep.service.files.WholeFile;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Writes what a running tracker knows into a folder. It takes its name when all of it is there; a
 * catalogue that changes meanwhile is read again, so that the folder has what it was at one moment.
 * Memory holds a page of the catalogue and one .torrent file at a time.
 */
public final class Export {
  private static final String UNFINISHED = ".unfinished";
  private static final int MOST_PASSES = 10;
  private static final List<String> KEPT =
      List.of("infoHash", "name", "labels", "published", "signature", "signer", "completed");

  private final TrackerApi tracker;
  private final Path target;
  private final Path folder;
  private final LongConsumer progress;
  private Instant latest = Instant.MIN;

  /**
   * @param target is made; it must not be there
   * @param progress hears how many torrents were read so far
   */
  public Export(TrackerApi tracker, Path target, LongConsumer progress) {
    this.tracker = tracker;
    this.target = target.toAbsolutePath().normalize();
    this.folder = this.target.resolveSibling(this.target.getFileName() + UNFINISHED);
    this.progress = progress;
  }

  /** Writes everything. */
  public Size run() throws IOException, Failure {
    if (Files.exists(target)) {
      throw new Failure(target + " is there already; name a folder that is to be made");
    }
    Files.createDirectories(
        Objects.requireNonNull(folder.getParent(), "a folder that is made lies in one"));
    if (!Files.exists(folder)) {
      Files.createDirectory(folder, OwnerOnly.folder(folder));
    }
    Path torrents = folder.resolve("torrents");
    if (!Files.exists(torrents)) {
      Files.createDirectory(torrents, OwnerOnly.folder(folder));
    }
    for (int pass = 1; pass <= MOST_PASSES; pass++) {
      String before = tracker.catalogueCursor();
      Size size = new Pass().write();
      if (before.equals(tracker.catalogueCursor())) {
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        WholeFile.force(target.resolveSibling("."));
        return size;
      }
    }
    throw new Failure(
        "the catalogue of " + tracker.base() + " changes all the time; try again later");
  }

  /** Reads all of it once. */
  private final class Pass {
    private final Instant fetched = latest;
    private long torrents;
    private long access;

    Size write() throws IOException {
      Path lines = folder.resolve(BackupFolder.LINES);
      Files.deleteIfExists(lines);
      Files.createFile(lines, OwnerOnly.file(lines));
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(lines))) {
        out.write(BackupFolder.line(head()));
        for (String line : tracker.access().lines().lines().toList()) {
          out.write(BackupFolder.line(object(BackupFolder.ACCESS, Json.createValue(line))));
          access++;
        }
        tracker.eachRegistered(row -> torrent(row, out));
        JsonObject end =
            Json.createObjectBuilder().add("torrents", torrents).add("access", access).build();
        out.write(BackupFolder.line(object(BackupFolder.END, end)));
      }
      WholeFile.force(lines);
      return new Size(torrents, access);
    }

    private JsonObject head() {
      return Json.createObjectBuilder()
          .add(BackupFolder.FORM, BackupFolder.OUR_FORM)
          .add("tracker", tracker.base().toString())
          .add("exported", Instant.now().toString())
          .build();
    }

    private void torrent(JsonObject row, OutputStream out) throws IOException {
      String hash = row.getString("infoHash", "");
      Path file = BackupFolder.torrentFile(folder, hash);
      Instant registered = Instant.parse(row.getString("registeredAt"));
      if (registered.isAfter(fetched) || !Files.exists(file)) {
        try {
          WholeFile.write(file, tracker.torrentFile(hash));
        } catch (TrackerApiException e) {
          if (e.status() == HttpURLConnection.HTTP_NOT_FOUND) {
            return; // it was removed meanwhile, and everything is read again
          }
          throw e;
        }
      }
      latest = registered.isAfter(latest) ? registered : latest;
      out.write(BackupFolder.line(object(BackupFolder.TORRENT, kept(row))));
      torrents++;
      progress.accept(torrents);
    }
  }

  private static JsonObject object(String name, JsonValue value) {
    return Json.createObjectBuilder().add(name, value).build();
  }

  private static JsonObject kept(JsonObject row) {
    var kept = Json.createObjectBuilder();
    KEPT.forEach(
        name -> {
          JsonValue value = row.get(name);
          if (value != null) {
            kept.add(name, value);
          }
        });
    return kept.build();
  }
}
