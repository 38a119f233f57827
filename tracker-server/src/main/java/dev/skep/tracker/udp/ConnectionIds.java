package dev.skep.tracker.udp;

import java.util.random.RandomGenerator;

/**
 * Connection ids (BEP 15) without memory: SipHash-1-3 of the peer's address and a slot of two
 * minutes, under a key drawn once per process. An id is good in its slot and the next, two to four
 * minutes, for its address only, and nobody else can make one. Its lowest bit says which of two
 * slots made it.
 */
public final class ConnectionIds {
  private static final int SLOT_SECONDS = 120;

  private final long keyA;
  private final long keyB;

  /** {@code secureRandom} makes the key; whoever guesses it can announce for others. */
  public ConnectionIds(RandomGenerator secureRandom) {
    keyA = secureRandom.nextLong();
    keyB = secureRandom.nextLong();
  }

  long issue(long addressHigh, long addressLow, long nowSeconds) {
    return id(addressHigh, addressLow, nowSeconds / SLOT_SECONDS);
  }

  boolean accepts(long id, long addressHigh, long addressLow, long nowSeconds) {
    long slot = nowSeconds / SLOT_SECONDS;
    long made = (slot & 1) == (id & 1) ? slot : slot - 1;
    return id == id(addressHigh, addressLow, made);
  }

  private long id(long addressHigh, long addressLow, long slot) {
    return (hash(addressHigh, addressLow, slot) & ~1L) | (slot & 1);
  }

  /** SipHash-1-3 over three words. */
  private long hash(long a, long b, long c) {
    long v0 = keyA ^ 0x736f6d6570736575L;
    long v1 = keyB ^ 0x646f72616e646f6dL;
    long v2 = keyA ^ 0x6c7967656e657261L;
    long v3 = keyB ^ 0x7465646279746573L;
    for (int round = 0; round < 7; round++) {
      long word =
          switch (round) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> 24L << 56; // the length in bytes ends the message
            default -> 0;
          };
      if (round == 4) {
        v2 ^= 0xff;
      }
      v3 ^= word;
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
      v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
