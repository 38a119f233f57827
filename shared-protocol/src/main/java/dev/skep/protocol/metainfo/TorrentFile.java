package dev.skep.protocol.metainfo;

import dev.skep.protocol.Sha256;
import java.util.List;
import java.util.Optional;

/**
 * One file of a torrent.
 *
 * @param path safe names, at least one, below the torrent's own name when it has several files; for
 *     a single file its name
 * @param lengthBytes 0 or more
 * @param offsetBytes where it begins in the torrent's bytes
 * @param padding only zeros, never written to disk (BEP 47)
 * @param executable marked so (BEP 47)
 * @param hidden marked so (BEP 47)
 * @param linkTarget present for a symbolic link: the safe path that it points to, from the
 *     torrent's root (BEP 47)
 * @param piecesRoot root of its Merkle tree (BEP 52); empty in v1 torrents and for empty files
 */
public record TorrentFile(
    List<String> path,
    long lengthBytes,
    long offsetBytes,
    boolean padding,
    boolean executable,
    boolean hidden,
    Optional<List<String>> linkTarget,
    Optional<Sha256> piecesRoot) {

  public TorrentFile {
    path = List.copyOf(path);
    linkTarget = linkTarget.isEmpty() ? linkTarget : Optional.of(List.copyOf(linkTarget.get()));
  }

  /** A plain file. */
  public static TorrentFile of(List<String> path, long lengthBytes, long offsetBytes) {
    return new TorrentFile(
        path, lengthBytes, offsetBytes, false, false, false, Optional.empty(), Optional.empty());
  }

  /** The same file elsewhere. */
  TorrentFile at(long offset) {
    return new TorrentFile(
        path, lengthBytes, offset, padding, executable, hidden, linkTarget, piecesRoot);
  }

  /** The same link to somewhere else. */
  TorrentFile pointingTo(List<String> target) {
    return new TorrentFile(
        path,
        lengthBytes,
        offsetBytes,
        padding,
        executable,
        hidden,
        Optional.of(target),
        piecesRoot);
  }

  /** The first byte of the torrent after this file. */
  public long endBytes() {
    return offsetBytes + lengthBytes;
  }
}
