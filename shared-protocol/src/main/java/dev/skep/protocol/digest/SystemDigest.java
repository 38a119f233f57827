package dev.skep.protocol.digest;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Objects;

/** A digest that {@link LibCrypto} computes. Not thread-safe, as all digests. */
final class SystemDigest extends MessageDigest {
  /** Longest native call: some 30 µs, for which the garbage collector may have to wait. */
  private static final int CALL_BYTES = 64 << 10;

  private final LibCrypto.Algorithm algorithm;
  private final MemorySegment context;

  SystemDigest(LibCrypto.Algorithm algorithm) {
    super(algorithm.name());
    this.algorithm = algorithm;
    this.context = algorithm.newContext();
    algorithm.begin(context);
  }

  @Override
  protected int engineGetDigestLength() {
    return algorithm.digestBytes();
  }

  @Override
  protected void engineUpdate(byte input) {
    update(MemorySegment.ofArray(new byte[] {input}));
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    update(MemorySegment.ofArray(input).asSlice(offset, length));
  }

  @Override
  protected void engineUpdate(ByteBuffer input) {
    MemorySegment data = MemorySegment.ofBuffer(input);
    if (data.isMapped()) {
      // A file that becomes shorter is an error if Java reads it, and the end of the process if
      // others do.
      super.engineUpdate(input);
    } else {
      update(data);
      input.position(input.limit());
    }
  }

  private void update(MemorySegment data) {
    long end = data.byteSize();
    for (long at = 0; at < end; at += CALL_BYTES) {
      algorithm.update(context, data.asSlice(at, Math.min(CALL_BYTES, end - at)));
    }
  }

  @Override
  protected byte[] engineDigest() {
    byte[] digest = new byte[algorithm.digestBytes()];
    end(MemorySegment.ofArray(digest));
    return digest;
  }

  @Override
  protected int engineDigest(byte[] into, int offset, int length) throws DigestException {
    int count = algorithm.digestBytes();
    if (length < count) {
      throw new DigestException(length + " bytes do not hold a " + algorithm.name());
    }
    Objects.checkFromIndexSize(offset, count, into.length);
    end(MemorySegment.ofArray(into).asSlice(offset, count));
    return count;
  }

  private void end(MemorySegment digest) {
    algorithm.end(context, digest);
    algorithm.begin(context);
  }

  @Override
  protected void engineReset() {
    algorithm.begin(context);
  }
}
