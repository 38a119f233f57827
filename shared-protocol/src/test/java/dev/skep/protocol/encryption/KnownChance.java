package dev.skep.protocol.encryption;

import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Chance as a test wants it: a private key, and how long each padding is. */
public final class KnownChance implements RandomGenerator {
  private final byte[] key;
  private final int paddingBytes;
  private final Random rest = new Random(7);

  /**
   * Creates one.
   *
   * @param key of 20 bytes; one that begins with zeros makes quick work
   * @param paddingBytes -1 for any
   */
  public KnownChance(byte[] key, int paddingBytes) {
    this.key = key.clone();
    this.paddingBytes = paddingBytes;
  }

  /** A small private key. */
  public static KnownChance quick(int key, int paddingBytes) {
    byte[] bytes = new byte[20];
    bytes[18] = (byte) (key >> 8);
    bytes[19] = (byte) key;
    return new KnownChance(bytes, paddingBytes);
  }

  /** A key of bytes that follow one another. */
  static KnownChance counting(int from, int paddingBytes) {
    byte[] bytes = new byte[20];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return new KnownChance(bytes, paddingBytes);
  }

  @Override
  public long nextLong() {
    return rest.nextLong();
  }

  @Override
  public int nextInt(int bound) {
    return paddingBytes < 0 ? rest.nextInt(bound) : Math.min(paddingBytes, bound - 1);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    if (bytes.length == key.length) {
      System.arraycopy(key, 0, bytes, 0, key.length);
    } else {
      Arrays.fill(bytes, (byte) 0x5a);
    }
  }
}
