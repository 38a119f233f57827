package dev.skep.protocol.encryption;

import java.nio.ByteBuffer;

/**
 * One direction's cipher (RC4), with the first 1,024 bytes of its key stream thrown away.
 * Encrypting and decrypting are the same. Not thread-safe.
 *
 * <p>Our own, since for the JDK's all of its cryptography has to be loaded first.
 */
public final class Rc4 {
  private static final int THROWN_AWAY_BYTES = 1024;
  private static final int CHUNK_BYTES = 4 * 1024;

  private final int[] state = new int[256];
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private int i;
  private int j;

  /**
   * Begins the key stream.
   *
   * @param key 1 to 256 bytes
   */
  public Rc4(byte[] key) {
    for (int k = 0; k < state.length; k++) {
      state[k] = k;
    }
    int swap = 0;
    for (int k = 0; k < state.length; k++) {
      swap = (swap + state[k] + key[k % key.length]) & 0xff;
      int kept = state[k];
      state[k] = state[swap];
      state[swap] = kept;
    }
    apply(chunk, THROWN_AWAY_BYTES);
  }

  /** Changes all bytes in place; returns the array. */
  public byte[] apply(byte[] bytes) {
    apply(bytes, bytes.length);
    return bytes;
  }

  /** Changes the bytes of a buffer in place, from one index to another; its position stays. */
  public void apply(ByteBuffer bytes, int from, int to) {
    for (int at = from; at < to; at += CHUNK_BYTES) {
      int count = Math.min(CHUNK_BYTES, to - at);
      bytes.get(at, chunk, 0, count);
      apply(chunk, count);
      bytes.put(at, chunk, 0, count);
    }
  }

  /** Changes as many bytes as both have room for, on their way from one buffer to the other. */
  public void apply(ByteBuffer from, ByteBuffer to) {
    while (from.hasRemaining() && to.hasRemaining()) {
      int count = Math.min(CHUNK_BYTES, Math.min(from.remaining(), to.remaining()));
      from.get(chunk, 0, count);
      apply(chunk, count);
      to.put(chunk, 0, count);
    }
  }

  private void apply(byte[] bytes, int count) {
    int[] s = state;
    int a = i;
    int b = j;
    for (int at = 0; at < count; at++) {
      a = (a + 1) & 0xff;
      int x = s[a];
      b = (b + x) & 0xff;
      int y = s[b];
      s[a] = y;
      s[b] = x;
      bytes[at] ^= (byte) s[(x + y) & 0xff];
    }
    i = a;
    j = b;
  }
}
