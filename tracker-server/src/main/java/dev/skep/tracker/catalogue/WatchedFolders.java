package dev.skep.tracker.catalogue;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.service.watch.Inbox;
import dev.skep.service.watch.Inbox.Stamp;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Registers the {@code .torrent} files that are put into folders. What is registered is called
 * {@code ….added} then, what is none {@code ….bad}.
 */
public final class WatchedFolders implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WatchedFolders.class.getName());
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String ADDED = ".added";
  private static final String BAD = ".bad";

  private final Registrar registrar;
  private final Map<Path, Watched> folders = new HashMap<>();
  private final Inbox inbox;

  /**
   * A folder.
   *
   * @param labels of what is put into it
   */
  public record Watched(Path folder, List<String> labels) {
    private static final String LABELS = " label=";

    /**
     * From its sentence: {@code FOLDER [label=LABEL,…]}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Watched parse(String text) {
      int at = text.lastIndexOf(LABELS);
      Path folder = Path.of((at < 0 ? text : text.substring(0, at)).strip());
      List<String> labels =
          at < 0 ? List.of() : List.of(text.substring(at + LABELS.length()).strip().split(","));
      if (!folder.isAbsolute()) {
        throw new IllegalArgumentException("'" + text + "' is no absolute path of a folder");
      }
      if (labels.size() > Publication.MOST_LABELS
          || !labels.stream().allMatch(Publication::isLabel)) {
        throw new IllegalArgumentException(
            "'" + text + "' has labels that are none; write label=LABEL,LABEL");
      }
      return new Watched(folder, labels);
    }
  }

  private WatchedFolders(Registrar registrar, List<Watched> watched) {
    this.registrar = registrar;
    watched.forEach(each -> folders.putIfAbsent(each.folder(), each));
    inbox =
        Inbox.open(
            "skep-watch",
            INTERVAL,
            List.copyOf(folders.keySet()),
            List.of(".torrent"),
            this::register);
  }

  /** Begins to look, if there is a folder. */
  public static Optional<WatchedFolders> open(Registrar registrar, List<Watched> folders) {
    return folders.isEmpty()
        ? Optional.empty()
        : Optional.of(new WatchedFolders(registrar, folders));
  }

  private String register(Path folder, Path file, Stamp stamp) throws IOException {
    int most = registrar.catalogue().limits().metainfoBytes();
    if (stamp.bytes() > most) {
      return bad(file, "longer than " + most + " bytes (skep.limit.metainfo)");
    }
    Watched watched = Objects.requireNonNull(folders.get(folder));
    Instant written = Instant.ofEpochSecond(stamp.written().getEpochSecond());
    var publication = new Publication(watched.labels(), written, Optional.empty());
    try {
      RegisteredTorrent torrent =
          registrar.register(Files.readAllBytes(file), Metainfo::name, publication, 0);
      LOG.log(Level.INFO, "{0} is in the catalogue as {1}", file, torrent.infoHash());
      return ADDED;
    } catch (MetainfoException e) {
      return bad(file, "no .torrent file: " + e.getMessage());
    } catch (RegistrationException e) {
      if (e.isWrong()) {
        return bad(file, String.valueOf(e.getMessage()));
      }
      throw new IOException(e.getMessage(), e);
    }
  }

  private static String bad(Path file, String why) {
    LOG.log(Level.WARNING, "{0} is not put into the catalogue: {1}", file, why);
    return BAD;
  }

  /** A look that goes on ends by itself. */
  @Override
  public void close() {
    inbox.close();
  }
}
