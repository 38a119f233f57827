package dev.skep.tracker.swarm.rows;

/**
 * Numbers of bytes in one or two bytes: a small floating-point form in units of KiB. Zero stays
 * zero and everything else stays above it; what is read back is at most the given fraction too
 * small.
 */
final class CoarseSize {
  private static final int UNIT_BITS = 10;

  private CoarseSize() {}

  /** 0 to 65535, to the KiB up to 4 MiB, then within 1/2048. */
  static int toShort(long bytes) {
    return encode(bytes, 11, 0xffff);
  }

  static long fromShort(int code) {
    return decode(code, 11);
  }

  /** 0 to 255, within 1/8. */
  static int toByte(long bytes) {
    return encode(bytes, 3, 0xff);
  }

  static long fromByte(int code) {
    return decode(code, 3);
  }

  private static int encode(long bytes, int mantissaBits, int max) {
    if (bytes <= 0) {
      return 0;
    }
    long units = ((bytes - 1) >>> UNIT_BITS) + 1;
    int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(units) - mantissaBits);
    return (int) Math.min(max, ((long) shift << mantissaBits) + (units >>> shift));
  }

  private static long decode(int code, int mantissaBits) {
    int shift = Math.max(0, (code >>> mantissaBits) - 1);
    long units = code - ((long) shift << mantissaBits);
    return units << (shift + UNIT_BITS);
  }
}
