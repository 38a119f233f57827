package dev.skep.protocol.peerwire;

/**
 * The handshake's eight reserved bytes: what a peer can do beyond BEP 3.
 *
 * @param bits the bytes as one big-endian number
 */
public record Reserved(long bits) {
  private static final long EXTENDED = 0x10_00_00L;
  private static final long FAST = 0x04L;
  private static final long DHT = 0x01L;
  private static final long V2 = 0x10L;

  /** Nothing beyond BEP 3. */
  public static final Reserved NONE = new Reserved(0);

  /** Extension protocol (BEP 10). */
  public boolean extended() {
    return (bits & EXTENDED) != 0;
  }

  /** Fast extension (BEP 6). */
  public boolean fast() {
    return (bits & FAST) != 0;
  }

  /** DHT (BEP 5). */
  public boolean dht() {
    return (bits & DHT) != 0;
  }

  /** A hybrid torrent's peer that can go over to v2 (BEP 52). */
  public boolean v2() {
    return (bits & V2) != 0;
  }

  public Reserved withExtended() {
    return new Reserved(bits | EXTENDED);
  }

  public Reserved withFast() {
    return new Reserved(bits | FAST);
  }

  public Reserved withDht() {
    return new Reserved(bits | DHT);
  }

  public Reserved withV2() {
    return new Reserved(bits | V2);
  }
}
