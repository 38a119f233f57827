package dev.skep.tracker.catalogue;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Function;

/**
 * The way of a .torrent file into the catalogue: it names the tracker's public URLs, is registered,
 * keeps its swarm, and what is too old then goes.
 */
public final class Registrar {
  private static final Logger LOG = System.getLogger(Registrar.class.getName());

  private final Catalogue catalogue;
  private final PublicUrls publicUrls;
  private final Retention retention;
  private final Swarms swarms;

  /** Keeps swarms of registered torrents. */
  @FunctionalInterface
  public interface Swarms {
    /** Keeps one, also while nobody is in it, with so many completed downloads at least. */
    void pin(InfoHash torrent, int completed);
  }

  public Registrar(Catalogue catalogue, PublicUrls publicUrls, Retention retention, Swarms swarms) {
    this.catalogue = catalogue;
    this.publicUrls = publicUrls;
    this.retention = retention;
    this.swarms = swarms;
  }

  /** Where it registers. */
  public Catalogue catalogue() {
    return catalogue;
  }

  /**
   * Registers a torrent; one that is there already is replaced, with all that is said of it.
   *
   * @param file the .torrent file
   * @param name what it is called
   * @throws MetainfoException if the file is none
   * @throws RegistrationException if name or labels are not fit, or the catalogue is full
   * @throws IOException if it could not be saved; then it is not registered
   */
  public RegisteredTorrent register(
      byte[] file, Function<Metainfo, String> name, Publication publication, int completed)
      throws MetainfoException, RegistrationException, IOException {
    Metainfo metainfo = publicUrls.applyTo(Metainfo.parse(file));
    byte[] source = publicUrls.announce().isEmpty() ? file : metainfo.raw().rawBytes();
    RegisteredTorrent torrent =
        catalogue.register(metainfo, source, name.apply(metainfo), publication);
    swarms.pin(torrent.infoHash(), completed);
    retire(torrent);
    return torrent;
  }

  /** What cannot be removed now is with the next one; this one is registered. */
  private void retire(RegisteredTorrent newest) {
    try {
      retention.apply(catalogue, newest.labels());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "what is too old of the catalogue stays: " + e.getMessage());
    }
  }
}
