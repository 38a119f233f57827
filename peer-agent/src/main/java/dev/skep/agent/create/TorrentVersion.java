package dev.skep.agent.create;

/** Which hashes a torrent has. */
public enum TorrentVersion {
  /** SHA-1 of pieces that run over the files' borders (BEP 3); every client knows it. */
  V1(true, false),
  /** A Merkle tree of SHA-256 for each file (BEP 52). */
  V2(false, true),
  /** Both; files begin on a piece's border. */
  HYBRID(true, true);

  private final boolean v1;
  private final boolean v2;

  TorrentVersion(boolean v1, boolean v2) {
    this.v1 = v1;
    this.v2 = v2;
  }

  boolean hasV1() {
    return v1;
  }

  boolean hasV2() {
    return v2;
  }
}
