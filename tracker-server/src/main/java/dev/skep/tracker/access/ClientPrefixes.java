package dev.skep.tracker.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.protocol.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Beginnings of peer ids, by which clients name themselves (BEP 20), however many: looking one up
 * takes the logarithm of their number, and allocates nothing. Immutable.
 */
final class ClientPrefixes {
  private final PeerId[] firsts;
  private final PeerId[] lasts;

  private ClientPrefixes(List<String> sorted) {
    firsts = sorted.stream().map(prefix -> filled(prefix, 0)).toArray(PeerId[]::new);
    lasts = sorted.stream().map(prefix -> filled(prefix, 0xff)).toArray(PeerId[]::new);
  }

  static ClientPrefixes of(Collection<String> prefixes) {
    List<String> outer = new ArrayList<>();
    for (String prefix : new TreeSet<>(prefixes)) {
      if (outer.isEmpty() || !prefix.startsWith(outer.getLast())) {
        outer.add(prefix);
      }
    }
    return new ClientPrefixes(outer);
  }

  /** The first or last peer id that begins so. */
  private static PeerId filled(String prefix, int rest) {
    byte[] bytes = new byte[PeerId.BYTES];
    Arrays.fill(bytes, (byte) rest);
    System.arraycopy(prefix.getBytes(US_ASCII), 0, bytes, 0, prefix.length());
    return PeerId.of(bytes);
  }

  boolean isEmpty() {
    return firsts.length == 0;
  }

  /** Whether the peer id begins with one of them. */
  boolean match(PeerId id) {
    int low = 0;
    int high = firsts.length;
    while (low < high) { // finds how many come at the id or before it
      int middle = (low + high) >>> 1;
      if (firsts[middle].compareTo(id) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low > 0 && lasts[low - 1].compareTo(id) >= 0;
  }
}
