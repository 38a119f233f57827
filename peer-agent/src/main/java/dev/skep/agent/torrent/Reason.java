package dev.skep.agent.torrent;

/** Why a peer's connection ended or must end. */
public enum Reason {
  /** The other side closed the connection. */
  CLOSED,
  /** Reading or writing failed. */
  IO_ERROR,
  /** The torrent or the agent stops. */
  STOPPED,
  /** The peer broke the protocol: see {@link Misconduct}. */
  MISCONDUCT,
  /** Blocks that nobody had asked for. */
  UNREQUESTED_BLOCKS,
  /** Data that did not match its hash; the peer is banned for a time. */
  CORRUPT_DATA,
  /** Nothing was heard for longer than {@link TorrentSettings#idleTimeout()}. */
  SILENT,
  /** A block's body began and did not end within the request timeout. */
  STALLED,
  /** Both sides are complete, or neither has what the other wants and ever will. */
  NOTHING_TO_DO,
  /** Another connection to the same peer is kept instead. */
  DUPLICATE,
  /** All connections are taken, and this was the one of least use. */
  GAVE_WAY
}
