package dev.skep.agent.session;

import dev.skep.agent.connection.ConnectionOwner;
import dev.skep.agent.connection.MetadataFetch;
import dev.skep.agent.connection.Topic;
import dev.skep.agent.session.content.KeptMetadata;
import dev.skep.agent.storage.DiskWorkers;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.Sha256;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a transfer does as long as only its identity is known: it asks peers for the torrent itself
 * (BEP 9), and keeps what they give. Safe for many threads.
 */
final class MetadataSearch implements MetadataFetch.Listener {
  /** Whose torrent it is. */
  interface Owner {
    /**
     * This is the torrent.
     *
     * @throws IOException if it is, and cannot be moved
     */
    void learnt(Metainfo metainfo) throws IOException;

    /** What peers gave has the hash, and cannot be used. */
    void unusable(String why);

    /** A peer that dialled us can be dialled there. */
    void foundPeer(Endpoint at);

    /** Others are asked than before. */
    void changed();

    /** Something that a person should know. */
    void note(String what);
  }

  private static final Logger LOG = System.getLogger(MetadataSearch.class.getName());

  private final TorrentIdentity identity;
  private final KeptMetadata keeps;
  private final DiskWorkers workers;
  private final List<String> webSeeds;
  private final Owner owner;
  private final MetadataFetch fetch;
  private boolean toldTooLong;

  /**
   * Asks nobody before there are peers.
   *
   * @param webSeeds web servers of the torrent's data that its link names: kept with it
   */
  MetadataSearch(
      TorrentIdentity identity,
      KeptMetadata keeps,
      ConnectionOwner connections,
      DiskWorkers workers,
      Throttle throttle,
      List<String> webSeeds,
      Owner owner) {
    this.identity = identity;
    this.keeps = keeps;
    this.workers = workers;
    this.webSeeds = webSeeds;
    this.owner = owner;
    fetch =
        new MetadataFetch(
            identity.infoHash(),
            identity.v1().isEmpty(),
            identity::isOf,
            connections,
            throttle.down(),
            throttle.up(),
            this);
  }

  /** What peers gave at another time. */
  Optional<Metainfo> kept() {
    return keeps.load(identity.infoHash()).filter(identity::isOf);
  }

  /** What to talk about with peers, unless it is paused or over. */
  Optional<Topic> topic() {
    return fetch.isOpen() ? Optional.of(fetch) : Optional.empty();
  }

  /** Those that are asked. */
  List<MetadataFetch.Named> peers() {
    return fetch.status().peers();
  }

  /** Every second; returns how many peers have it, or say so. */
  int tick(long now) {
    fetch.tick(now);
    MetadataFetch.Status status = fetch.status();
    if (status.tooLongBytes().isPresent() && !toldTooLong) {
      toldTooLong = true;
      owner.note(
          "a peer describes the torrent in %,d bytes, more than skep takes; its .torrent file may do"
              .formatted(status.tooLongBytes().getAsInt()));
    }
    return status.asked();
  }

  @Override
  public void fetched(byte[] info, Map<Sha256, byte[]> layers) {
    workers.submit(() -> learn(info, layers));
  }

  private void learn(byte[] info, Map<Sha256, byte[]> layers) {
    try {
      Metainfo told = Metainfo.ofInfo(info, List.of());
      Metainfo bare = layers.isEmpty() ? told : told.withPieceLayers(layers);
      Metainfo metainfo = bare.isPrivate() ? bare : bare.withWebSeeds(webSeeds);
      try {
        owner.learnt(metainfo);
      } finally {
        keep(metainfo); // a disk may take its time for that
      }
    } catch (IOException | MetainfoException e) {
      owner.unusable("the torrent that its peers gave cannot be used: " + e.getMessage());
    }
  }

  private void keep(Metainfo metainfo) {
    try {
      keeps.save(identity.infoHash(), metainfo);
    } catch (IOException e) {
      LOG.log(Level.INFO, "{0} cannot be kept: {1}", metainfo.name(), e.toString());
    }
  }

  @Override
  public void foundPeer(Endpoint at) {
    owner.foundPeer(at);
  }

  @Override
  public void changed() {
    owner.changed();
  }

  void pause() {
    fetch.pause();
  }

  void resume() {
    fetch.resume();
  }

  /** Asks nobody any more. */
  void close() {
    fetch.close();
  }
}
