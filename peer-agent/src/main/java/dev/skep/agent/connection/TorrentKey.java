package dev.skep.agent.connection;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.encryption.EncryptedHandshake;

/** By what a peer that dials us names the torrent that it wants. */
public sealed interface TorrentKey {
  /** By its info-hash (BEP 3). */
  record Plain(InfoHash infoHash) implements TorrentKey {}

  /**
   * By a digest of its info-hash, as an encrypted handshake does (MSE): it says which torrent is
   * meant only to those who have it.
   */
  record Obfuscated(InfoHash digest) implements TorrentKey {
    /** Of the torrent with this info-hash. */
    public static Obfuscated of(InfoHash infoHash) {
      return new Obfuscated(EncryptedHandshake.obfuscated(infoHash));
    }
  }
}
