package dev.skep.protocol.encryption;

/** Which handshakes an agent takes, and with which it begins. */
public enum Encryption {
  /** None but plain ones. */
  OFF,
  /** Both; dials plain, and encrypted where that is hung up on. */
  ALLOW,
  /** Both; dials encrypted, and plain where that is hung up on. */
  PREFER,
  /** None but encrypted ones, and all that follows is encrypted too. */
  REQUIRE;

  /** Whether a connection may begin so. */
  public boolean takes(HandshakeForm form) {
    return switch (this) {
      case OFF -> form == HandshakeForm.PLAIN;
      case ALLOW, PREFER -> true;
      case REQUIRE -> form == HandshakeForm.ENCRYPTED;
    };
  }

  /** How a peer is dialled of which nothing is known. */
  public HandshakeForm first() {
    return switch (this) {
      case OFF, ALLOW -> HandshakeForm.PLAIN;
      case PREFER, REQUIRE -> HandshakeForm.ENCRYPTED;
    };
  }

  /** Whether all bytes have to be encrypted, not the handshake alone. */
  public boolean throughout() {
    return this == REQUIRE;
  }
}
