package dev.skep.protocol.encryption;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.peerwire.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Encrypted handshakes whose keys are always the same, so that a recorded one stays valid. */
public final class Encrypted {
  private static final InfoHash WANTED = new InfoHash(1, 2, 3);
  private static final int DIALS = 777;
  private static final int ANSWERS = 999;

  private Encrypted() {}

  /** One that dialled. */
  public static EncryptedHandshake dial() {
    return dial(3);
  }

  private static EncryptedDial dial(int paddingBytes) {
    return new EncryptedDial(WANTED, false, new byte[68], KnownChance.quick(DIALS, paddingBytes));
  }

  /** One that was dialled. */
  public static EncryptedHandshake answer() {
    return answer(3);
  }

  private static EncryptedAnswer answer(int paddingBytes) {
    return new EncryptedAnswer(
        false, _ -> Optional.of(WANTED), KnownChance.quick(ANSWERS, paddingBytes));
  }

  /** All that one of the sides says to the other, with so much padding. */
  public static byte[] said(int paddingBytes, boolean byDialler) {
    EncryptedHandshake a = dial(paddingBytes);
    EncryptedHandshake b = answer(paddingBytes);
    var fromA = new ByteArrayOutputStream();
    var fromB = new ByteArrayOutputStream();
    try {
      while (!a.isDone()) {
        byte[] toB = a.due();
        fromA.writeBytes(toB);
        b.take(ByteBuffer.wrap(toB));
        byte[] toA = b.due();
        fromB.writeBytes(toA);
        a.take(ByteBuffer.wrap(toA));
      }
    } catch (ProtocolException e) {
      throw new AssertionError(e);
    }
    return (byDialler ? fromA : fromB).toByteArray();
  }
}
