package dev.skep.agent.torrent;

/** A peer broke the protocol so plainly that its connection must end. */
public final class Misconduct extends Exception {
  private static final long serialVersionUID = 1L;

  /** What was done; few and fixed, so that a counter may carry it as a label. */
  public enum Kind {
    BITFIELD_TWICE,
    BITFIELD_WRONG,
    INDEX_OUT_OF_RANGE,
    REQUEST_INVALID,
    REQUEST_NOT_OFFERED,
    REQUESTS_WHILE_CHOKED,
    TOO_MANY_REQUESTS,
    FAST_NOT_NEGOTIATED,
    /** An info dictionary that is not the torrent's (BEP 9), or of another length than was said. */
    METADATA_WRONG,
    FLOOD
  }

  private final Kind kind;

  public Misconduct(Kind kind, String detail) {
    // Strangers cause these at will: a stack trace would only cost time.
    super(detail, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
