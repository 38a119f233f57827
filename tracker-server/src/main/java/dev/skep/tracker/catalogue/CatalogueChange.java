package dev.skep.tracker.catalogue;

import dev.skep.protocol.InfoHash;

/** One change of the catalogue, as who follows it is told. */
public sealed interface CatalogueChange {
  /** The version of the catalogue that it made. */
  long version();

  /** A torrent was registered, or registered anew. */
  record Published(RegisteredTorrent torrent) implements CatalogueChange {
    @Override
    public long version() {
      return torrent.version();
    }
  }

  /** A torrent is registered no more. */
  record Removed(long version, InfoHash infoHash) implements CatalogueChange {}
}
