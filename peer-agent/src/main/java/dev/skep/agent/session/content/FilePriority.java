package dev.skep.agent.session.content;

/** What one of a torrent's files is worth to us. */
public enum FilePriority {
  /** Not fetched, but for the bytes that share a piece with a file that is. */
  SKIP,
  NORMAL,
  /** Fetched before all others. */
  FIRST
}
