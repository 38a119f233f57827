package dev.skep.protocol.encryption;

/** How a connection to a peer begins. */
public enum HandshakeForm {
  /** With the protocol's name (BEP 3). */
  PLAIN,
  /** With bytes that look random (MSE). */
  ENCRYPTED;

  /** The one that is not this. */
  public HandshakeForm other() {
    return this == PLAIN ? ENCRYPTED : PLAIN;
  }
}
