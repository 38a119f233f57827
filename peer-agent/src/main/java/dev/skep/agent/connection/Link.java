package dev.skep.agent.connection;

import dev.skep.agent.torrent.Reason;

/**
 * Whatever serves one peer of a {@link Topic}: it joins for the peer, asks what is {@link
 * LiveTorrent#next due} to it when woken, hands over what it {@link LiveTorrent#received sends},
 * and leaves when that is over.
 */
public interface Link {
  /** Name and version of the peer's program as far as it tells, for people. */
  String name();

  /** Whether it began with an encrypted handshake. */
  default boolean isEncrypted() {
    return false;
  }

  /** Whether it is a web server, and no peer. */
  default boolean isWebServer() {
    return false;
  }

  /**
   * Something became due to the peer. Called with the torrent's lock held: neither blocks nor calls
   * back.
   */
  void wake();

  /**
   * A piece that the peer alone gave is not the torrent's; {@link #close} follows. Called as {@link
   * #wake} is.
   */
  default void spoilt(int piece) {}

  /** The torrent has no use for it any more: ends it, and it leaves. Does not wait for that. */
  void close(Reason reason);

  /**
   * Looked at with each tick of the torrent: ends it if its peer has let us wait to send for very
   * long, or began a block's body and did not end it in time.
   *
   * @param now monotonic nanoseconds
   * @param bodyNanos how long a body may take
   */
  void closeIfStuck(long now, long bodyNanos);
}
