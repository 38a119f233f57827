package dev.skep.agent.session;

import dev.skep.protocol.PeerId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Makes peer ids (BEP 20). */
final class PeerIds {
  private static final byte[] PREFIX = "-KE0100-".getBytes(StandardCharsets.US_ASCII);

  private PeerIds() {}

  /** One that nobody else has: our name and version, then chance. */
  static PeerId random() {
    byte[] bytes = new byte[PeerId.BYTES];
    new SecureRandom().nextBytes(bytes);
    System.arraycopy(PREFIX, 0, bytes, 0, PREFIX.length);
    return PeerId.of(bytes);
  }
}
