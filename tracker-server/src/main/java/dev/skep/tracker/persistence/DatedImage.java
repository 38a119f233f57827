package dev.skep.tracker.persistence;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** A swarm's image and when it was made, so that peers age while no tracker runs. */
final class DatedImage {
  private DatedImage() {}

  static byte[] encode(Instant madeAt, byte[] image) {
    return ByteBuffer.allocate(Long.BYTES + image.length)
        .putLong(madeAt.getEpochSecond())
        .put(image)
        .array();
  }

  /** How old the image is; none, if the clock was set back since. */
  static Duration age(byte[] dated, Instant now) throws DamagedException {
    if (dated.length < Long.BYTES) {
      throw new DamagedException("image of " + dated.length + " bytes");
    }
    long seconds = now.getEpochSecond() - ByteBuffer.wrap(dated).getLong();
    return Duration.ofSeconds(Math.max(0, seconds));
  }

  static byte[] image(byte[] dated) {
    return Arrays.copyOfRange(dated, Long.BYTES, dated.length);
  }
}
