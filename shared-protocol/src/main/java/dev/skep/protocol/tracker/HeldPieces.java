package dev.skep.protocol.tracker;

import dev.skep.protocol.bencode.BString;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which pieces of a torrent somebody has, in at most {@value #MOST_BYTES} bytes, so that it fits
 * beside an announce. The first byte says how the others are to be read: {@value #BITS} as a
 * bitfield (BEP 3), cut behind the last piece that is there; {@value #RUNS} as the lengths of runs
 * of pieces that are missing and there, in turns, each in groups of 7 bits, the lowest first, with
 * the highest bit set in all but the last.
 */
public final class HeldPieces {
  /** Longest form. */
  public static final int MOST_BYTES = 300;

  /** Of its text. */
  static final int MOST_CHARACTERS = (MOST_BYTES * 4 + 2) / 3;

  private static final int BITS = 0;
  private static final int RUNS = 1;
  private static final int GROUP = 7;
  private static final int GROUP_MASK = (1 << GROUP) - 1;

  private final BString form;

  /** Takes runs of pieces. */
  @FunctionalInterface
  public interface Run {
    /** All pieces from one until before another are there. */
    void has(int from, int until);
  }

  private HeldPieces(byte[] form) {
    this.form = BString.of(form);
  }

  /**
   * In the shorter of its forms.
   *
   * @param bitfield as on the wire (BEP 3)
   * @return nothing where neither form is short enough
   */
  public static Optional<HeldPieces> of(byte[] bitfield) {
    byte[] bits = form(BITS, bitfield, lengthWithoutZeros(bitfield));
    return runs(bitfield)
        .filter(runs -> runs.length < bits.length)
        .or(() -> Optional.of(bits).filter(form -> form.length <= MOST_BYTES))
        .map(HeldPieces::new);
  }

  private static int lengthWithoutZeros(byte[] bitfield) {
    int length = bitfield.length;
    while (length > 0 && bitfield[length - 1] == 0) {
      length--;
    }
    return length;
  }

  private static byte[] form(int kind, byte[] bytes, int length) {
    byte[] form = new byte[1 + length];
    form[0] = (byte) kind;
    System.arraycopy(bytes, 0, form, 1, length);
    return form;
  }

  /** Nothing as soon as they are too many. */
  private static Optional<byte[]> runs(byte[] bitfield) {
    var out = new ByteArrayOutputStream();
    out.write(RUNS);
    int pieces = Byte.SIZE * bitfield.length;
    int at = 0;
    boolean there = false;
    while (out.size() <= MOST_BYTES) {
      int end = at;
      while (end < pieces && bit(bitfield, end) == there) {
        end++;
      }
      if (end == pieces && !there) {
        return Optional.of(out.toByteArray());
      }
      writeLength(out, end - at);
      at = end;
      there = !there;
    }
    return Optional.empty();
  }

  private static boolean bit(byte[] bitfield, int piece) {
    return ((bitfield[piece / Byte.SIZE] << (piece % Byte.SIZE)) & 0x80) != 0;
  }

  private static void writeLength(ByteArrayOutputStream out, int length) {
    int left = length;
    while (left > GROUP_MASK) {
      out.write((left & GROUP_MASK) | (1 << GROUP));
      left >>>= GROUP;
    }
    out.write(left);
  }

  /**
   * From its text.
   *
   * @throws TrackerProtocolException if it is none
   */
  static HeldPieces parse(String text) throws TrackerProtocolException {
    try {
      byte[] form = Base64.getUrlDecoder().decode(text);
      if (form.length > 0 && form.length <= MOST_BYTES && isSound(form)) {
        return new HeldPieces(form);
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    throw new TrackerProtocolException("what a host has is no map of pieces");
  }

  private static boolean isSound(byte[] form) {
    return switch (form[0]) {
      case BITS -> form.length == 1 || form[form.length - 1] != 0;
      case RUNS -> end(form, (_, _) -> {}) >= 0;
      default -> false;
    };
  }

  /** In the signs of Base64 that a URL may hold, without padding. */
  String toText() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(form.toBytes());
  }

  /** How many bytes it is long. */
  public int length() {
    return form.length();
  }

  /** Whether it can be of a torrent that has so many pieces. */
  public boolean fits(int pieces) {
    return end(form.toBytes(), (_, _) -> {}) <= pieces;
  }

  /** Hands out the pieces that are there, in order. */
  public void forEachRun(Run run) {
    end(form.toBytes(), run);
  }

  /** The piece behind the last one; -1 if the form is none. */
  private static int end(byte[] form, Run run) {
    return form[0] == BITS ? endOfBits(form, run) : endOfRuns(form, run);
  }

  private static int endOfBits(byte[] form, Run run) {
    byte[] bits = Arrays.copyOfRange(form, 1, form.length);
    int pieces = Byte.SIZE * bits.length;
    int end = 0;
    int at = 0;
    while (at < pieces) {
      int from = at;
      boolean there = bit(bits, from);
      while (at < pieces && bit(bits, at) == there) {
        at++;
      }
      if (there) {
        run.has(from, at);
        end = at;
      }
    }
    return end;
  }

  private static int endOfRuns(byte[] form, Run run) {
    int end = 0;
    boolean there = false;
    for (int i = 1; i < form.length; there = !there) {
      long length = 0;
      int shift = 0;
      boolean more = true;
      while (more) {
        if (i == form.length || shift > Integer.SIZE) {
          return -1;
        }
        length |= (long) (form[i] & GROUP_MASK) << shift;
        more = form[i++] < 0;
        shift += GROUP;
      }
      // Only the first piece may follow a run of none.
      if (end + length > Integer.MAX_VALUE || (length == 0 && (there || end > 0))) {
        return -1;
      }
      if (there) {
        run.has(end, (int) (end + length));
      }
      end += (int) length;
    }
    return there ? -1 : end;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HeldPieces held && held.form.equals(form);
  }

  @Override
  public int hashCode() {
    return form.hashCode();
  }

  @Override
  public String toString() {
    return toText();
  }
}
