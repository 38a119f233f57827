package dev.skep.tracker.persistence;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** A swarm's image and when it was made, so that peers age while no tracker runs. */
final class DatedImage {
  /** The room that an image must leave before it for its date. */
  static final int ROOM = Long.BYTES;

  private DatedImage() {}

  /** Puts the date at byte {@code at}, where {@link #ROOM} bytes are free before an image. */
  static void date(byte[] roomy, int at, Instant madeAt) {
    ByteBuffer.wrap(roomy).putLong(at, madeAt.getEpochSecond());
  }

  /** How old the image is; none, if the clock was set back since. */
  static Duration age(byte[] dated, Instant now) throws DamagedStoreException {
    if (dated.length < ROOM) {
      throw new DamagedStoreException("image of " + dated.length + " bytes");
    }
    long seconds = now.getEpochSecond() - ByteBuffer.wrap(dated).getLong();
    return Duration.ofSeconds(Math.max(0, seconds));
  }

  static byte[] image(byte[] dated) {
    return Arrays.copyOfRange(dated, ROOM, dated.length);
  }
}
