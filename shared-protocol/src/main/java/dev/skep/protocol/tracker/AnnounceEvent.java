package dev.skep.protocol.tracker;

/** Why a peer announces itself (BEP 3, BEP 21). */
public enum AnnounceEvent {
  /** It was time again. */
  NONE,
  /** The first announce. */
  STARTED,
  /** The last byte came just now. */
  COMPLETED,
  /** The last announce. */
  STOPPED,
  /** A partial seed: it lacks bytes and wants none (BEP 21; over UDP its number is 4). */
  PAUSED
}
