package dev.skep.agent.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.cli.console.Failure;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A folder of a tracker's backup: {@code tracker.jsonl}, a line of JSON for each thing that the
 * tracker knows, and {@code torrents/INFOHASH.torrent}. The last line says how many there are, so
 * that a file that is cut off is known to be.
 *
 * @param path where it is
 */
public record BackupFolder(Path path) {
  static final String LINES = "tracker.jsonl";
  static final String FORM = "form";
  static final String ACCESS = "access";
  static final String TORRENT = "torrent";
  static final String END = "end";
  static final int OUR_FORM = 1;
  private static final int LONGEST_LINE = 1 << 20;
  private static final int LONGEST_TORRENT_BYTES = 64 << 20;

  /** How much there is. */
  public record Size(long torrents, long access) {}

  /** Takes what is in the folder, in order. */
  public interface Reader {
    /** A line of an access list, as the tracker writes it. */
    void access(String line) throws IOException, Failure;

    /**
     * A torrent of the catalogue.
     *
     * @param row what the tracker said of it
     * @param file its .torrent file
     */
    void torrent(JsonObject row, byte[] file) throws IOException, Failure;
  }

  /**
   * Shows everything to a reader, one thing at a time.
   *
   * @throws Failure if something is missing or is not what was exported, in one line
   */
  public Size read(Reader reader) throws IOException, Failure {
    long torrents = 0;
    long access = 0;
    int number = 0;
    boolean ended = false;
    try (BufferedReader in = Files.newBufferedReader(path.resolve(LINES))) {
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        number++;
        JsonObject said = object(line, number);
        if (ended) {
          throw broken(number, "there is more behind its end");
        }
        if (number == 1) {
          requireForm(said);
        } else if (said.get(ACCESS) instanceof JsonString entry) {
          access++;
          reader.access(entry.getString());
        } else if (said.get(TORRENT) instanceof JsonObject row) {
          torrents++;
          reader.torrent(row, file(row, number));
        } else if (said.get(END) instanceof JsonObject end) {
          ended = true;
          if (end.getInt("torrents", -1) != torrents || end.getInt(ACCESS, -1) != access) {
            throw broken(number, "lines are missing before it");
          }
        } else {
          throw broken(number, "it is nothing that this version knows");
        }
      }
    } catch (NoSuchFileException e) {
      throw new Failure(path + " is no export of a tracker: it has no " + LINES, e);
    }
    if (!ended) {
      throw new Failure(path.resolve(LINES) + " is cut off: its last line is missing");
    }
    return new Size(torrents, access);
  }

  private void requireForm(JsonObject head) throws Failure {
    int form = head.getInt(FORM, 0);
    if (form != OUR_FORM) {
      throw new Failure(
          path.resolve(LINES)
              + (form > OUR_FORM
                  ? " was exported by a newer version; import it with that"
                  : " is no export of a tracker"));
    }
  }

  /** The next line, without its end; empty at the end. */
  private String line(BufferedReader in) throws IOException, Failure {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
      if (line.length() > LONGEST_LINE) {
        throw new Failure(path.resolve(LINES) + " has a line that is too long to be one of ours");
      }
    }
    return line.toString();
  }

  private JsonObject object(String line, int number) throws Failure {
    try (var reader = Json.createReader(new StringReader(line))) {
      return reader.readObject();
    } catch (JsonException e) {
      throw broken(number, "it is no JSON");
    }
  }

  private byte[] file(JsonObject row, int number) throws Failure, IOException {
    String hash = row.getString("infoHash", "");
    if (!hash.matches("[0-9a-f]{40}")) {
      throw broken(number, "it has no info-hash");
    }
    Path file = torrentFile(path, hash);
    try {
      if (Files.size(file) > LONGEST_TORRENT_BYTES) {
        throw new Failure(file + " is too large for a .torrent file");
      }
      byte[] bytes = Files.readAllBytes(file);
      if (!Metainfo.parse(bytes).infoHash().hex().equals(hash)) {
        throw new Failure(file + " is another torrent than its name says");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new Failure(file + " is missing", e);
    } catch (MetainfoException e) {
      throw new Failure(file + " is no .torrent file: " + e.getMessage(), e);
    }
  }

  static Path torrentFile(Path folder, String hash) {
    return folder.resolve("torrents").resolve(hash + ".torrent");
  }

  static byte[] line(JsonObject said) {
    return (said + "\n").getBytes(UTF_8);
  }

  private Failure broken(int number, String why) {
    return new Failure(path.resolve(LINES) + ", line " + number + ": " + why);
  }
}
