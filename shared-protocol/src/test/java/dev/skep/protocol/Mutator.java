package dev.skep.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages valid input as strangers and bad memory do; the same seed gives the same damage. */
final class Mutator {
  private static final String[] NUMBERS = {
    "0",
    "1",
    "-1",
    "-0",
    "00",
    "20",
    "19",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "99999999999999999999"
  };

  private static final byte[] BYTES = {
    0, 1, 'e', 'i', 'l', 'd', ':', '0', '9', '-', '/', '.', '%', (byte) 0xff, 0x7f
  };

  private final SplittableRandom random;

  Mutator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** One of the seeds with one to four changes. */
  byte[] next(List<byte[]> seeds) {
    byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      bytes = mutated(bytes, seeds);
    }
    return bytes;
  }

  private byte[] mutated(byte[] in, List<byte[]> seeds) {
    if (in.length == 0) {
      return new byte[] {BYTES[random.nextInt(BYTES.length)]};
    }
    int at = random.nextInt(in.length);
    int length = random.nextInt(1, 1 + Math.min(32, in.length - at));
    return switch (random.nextInt(9)) {
      case 0, 1 -> {
        in[at] ^= (byte) (1 << random.nextInt(8));
        yield in;
      }
      case 2 -> {
        in[at] = BYTES[random.nextInt(BYTES.length)];
        yield in;
      }
      case 3 -> Arrays.copyOf(in, at);
      case 4 -> replaced(in, at, at + length, new byte[0]);
      case 5 -> replaced(in, at, at, Arrays.copyOfRange(in, at, at + length));
      case 6 -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextInt(other.length + 1);
        yield replaced(in, at, in.length, Arrays.copyOfRange(other, from, other.length));
      }
      default -> numberChanged(in, at);
    };
  }

  /** The next decimal number at or after an index becomes another. */
  private byte[] numberChanged(byte[] in, int at) {
    int from = at;
    while (from < in.length && (in[from] < '0' || in[from] > '9')) {
      from++;
    }
    int to = from;
    while (to < in.length && in[to] >= '0' && in[to] <= '9') {
      to++;
    }
    String number =
        random.nextInt(3) == 0
            ? Integer.toString(random.nextInt(300))
            : NUMBERS[random.nextInt(NUMBERS.length)];
    return replaced(in, from, to, number.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static byte[] replaced(byte[] in, int from, int to, byte[] by) {
    byte[] out = new byte[in.length - (to - from) + by.length];
    System.arraycopy(in, 0, out, 0, from);
    System.arraycopy(by, 0, out, from, by.length);
    System.arraycopy(in, to, out, from + by.length, in.length - to);
    return out;
  }
}
