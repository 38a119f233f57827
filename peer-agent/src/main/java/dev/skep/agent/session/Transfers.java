package dev.skep.agent.session;

import dev.skep.agent.connection.TorrentKey;
import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All transfers of a session, by whatever a peer may name them by. Safe for many threads. */
final class Transfers {
  private final Set<Transfer> all = ConcurrentHashMap.newKeySet();

  /** Those of {@link #all}; both are changed with its monitor held. */
  private final Map<TorrentKey, Transfer> byKey = new ConcurrentHashMap<>();

  /** A view. */
  Set<Transfer> all() {
    return Collections.unmodifiableSet(all);
  }

  Optional<Transfer> named(TorrentKey key) {
    return Optional.ofNullable(byKey.get(key));
  }

  Optional<Transfer> of(InfoHash infoHash) {
    return named(new TorrentKey.Plain(infoHash));
  }

  /**
   * Enters a transfer, or further hashes of it.
   *
   * @throws IOException if another one has one of the hashes: then nothing has changed
   */
  void claim(TorrentIdentity identity, Transfer transfer) throws IOException {
    synchronized (byKey) {
      for (InfoHash hash : identity.hashes()) {
        if (of(hash).filter(there -> !there.equals(transfer)).isPresent()) {
          throw new IOException("torrent " + hash.hex() + " is here already");
        }
      }
      for (InfoHash hash : identity.hashes()) {
        byKey.put(new TorrentKey.Plain(hash), transfer);
        byKey.put(TorrentKey.Obfuscated.of(hash), transfer);
      }
      all.add(transfer);
    }
  }

  /** Returns false if it was not here. */
  boolean release(Transfer transfer) {
    synchronized (byKey) {
      byKey.values().removeIf(transfer::equals);
      return all.remove(transfer);
    }
  }
}
