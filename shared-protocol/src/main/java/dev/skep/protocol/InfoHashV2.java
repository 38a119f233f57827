package dev.skep.protocol;

/**
 * The full name of a v2 or hybrid torrent: SHA-256 of its info dictionary (BEP 52).
 *
 * @param digest the 32 bytes
 */
public record InfoHashV2(Sha256 digest) {
  /** Length in bytes. */
  public static final int BYTES = Sha256.BYTES;

  /**
   * Reads exactly 32 bytes.
   *
   * @throws IllegalArgumentException if the array is not 32 bytes long
   */
  public static InfoHashV2 of(byte[] bytes) {
    return new InfoHashV2(Sha256.of(bytes));
  }

  /**
   * Reads 64 hexadecimal digits of either case.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static InfoHashV2 fromHex(String hex) {
    return new InfoHashV2(Sha256.fromHex(hex));
  }

  /** The first 20 bytes: what trackers and handshakes carry. */
  public InfoHash truncated() {
    return new InfoHash(digest.a(), digest.b(), (int) (digest.c() >>> 32));
  }

  /** Its 32 bytes, in a new array. */
  public byte[] toBytes() {
    return digest.toBytes();
  }

  /** 64 lower-case hexadecimal digits. */
  public String hex() {
    return digest.hex();
  }

  @Override
  public String toString() {
    return hex();
  }
}
