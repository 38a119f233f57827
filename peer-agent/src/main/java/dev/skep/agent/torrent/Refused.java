package dev.skep.agent.torrent;

/** A torrent does not take a peer. */
public final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** The peer is this agent itself. */
    SELF,
    /** The same peer is connected already, and that connection stays. */
    DUPLICATE,
    /** It sent corrupt data or misbehaved a short time ago. */
    BANNED,
    /** The torrent, or the peer's address, has as many connections as it may have. */
    FULL
  }

  private final Kind kind;

  public Refused(Kind kind, String detail) {
    // Strangers cause these at will: a stack trace would only cost time.
    super(detail, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
