package dev.skep.agent.dht;

import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.digest.Digests;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What who announces has to show: that it asked from the same address, up to ten minutes ago. */
final class Tokens {
  private static final long CHANGE_NANOS = 5 * 60 * 1_000_000_000L;
  private static final int SECRET_BYTES = 16;
  private static final int TOKEN_BYTES = 8;

  private final RandomGenerator random;
  private byte[] secret;
  private byte[] before;
  private long changedAt;

  Tokens(RandomGenerator random, long now) {
    this.random = random;
    secret = draw();
    before = secret;
    changedAt = now;
  }

  private byte[] draw() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private void change(long now) {
    if (now - changedAt >= CHANGE_NANOS) {
      before = now - changedAt >= 2 * CHANGE_NANOS ? draw() : secret;
      secret = draw();
      changedAt = now;
    }
  }

  BString of(InetAddress asker, long now) {
    change(now);
    return BString.of(token(secret, asker));
  }

  boolean isOf(InetAddress asker, BString token, long now) {
    change(now);
    byte[] shown = token.toBytes();
    return MessageDigest.isEqual(shown, token(secret, asker))
        || MessageDigest.isEqual(shown, token(before, asker));
  }

  private static byte[] token(byte[] secret, InetAddress asker) {
    MessageDigest sha1 = Digests.sha1();
    sha1.update(secret);
    return Arrays.copyOf(sha1.digest(asker.getAddress()), TOKEN_BYTES);
  }
}
