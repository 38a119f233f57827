package dev.skep.protocol.tracker;

import dev.skep.protocol.bencode.BString;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses as trackers send them, in text or packed. Names are never looked up. */
final class Addresses {
  private Addresses() {}

  static Optional<InetAddress> literal(String text) {
    // Hex, colons and dots only: a scope ("%eth0") would ask this machine for its interfaces.
    boolean plausible = !text.isEmpty() && text.length() <= 45;
    for (int i = 0; plausible && i < text.length(); i++) {
      char c = text.charAt(i);
      plausible = c == '.' || c == ':' || Character.digit(c, 16) >= 0;
    }
    try {
      return plausible ? Optional.of(InetAddress.ofLiteral(text)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Optional<InetAddress> packed(BString bytes) {
    try {
      return bytes.length() == 4 || bytes.length() == 16
          ? Optional.of(InetAddress.getByAddress(bytes.toBytes()))
          : Optional.empty();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }
}
