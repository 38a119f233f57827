package dev.skep.agent.session;

import dev.skep.protocol.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Ranges of addresses as people write them: {@code 10.0.0.0/8,fd00::/8}. */
public record AddressRanges(List<Range> ranges) implements Predicate<Endpoint> {

  /**
   * The addresses whose first bits are those of {@code first}.
   *
   * @param bits how many, 0 to all
   */
  public record Range(InetAddress first, int bits) {
    private boolean contains(InetAddress address) {
      byte[] ours = first.getAddress();
      byte[] theirs = address.getAddress();
      if (ours.length != theirs.length) {
        return false;
      }
      int differing = 0;
      for (int i = 0; i < bits; i++) {
        differing |= (ours[i / 8] ^ theirs[i / 8]) & (0x80 >> (i % 8));
      }
      return differing == 0;
    }
  }

  public AddressRanges {
    ranges = List.copyOf(ranges);
  }

  /**
   * Reads ranges with commas between them; a plain address is a range of one.
   *
   * @throws IllegalArgumentException if one is not an address, or has more bits than the address
   */
  public static AddressRanges parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      ranges.add(range(each.strip()));
    }
    return new AddressRanges(ranges);
  }

  private static Range range(String text) {
    String[] halves = text.split("/", 2);
    try {
      InetAddress first = InetAddress.ofLiteral(halves[0]);
      int all = 8 * first.getAddress().length;
      int bits = halves.length == 1 ? all : Integer.parseInt(halves[1]);
      if (bits >= 0 && bits <= all) {
        return new Range(first, bits);
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is no range of addresses such as 10.0.0.0/8 or fd00::/8");
  }

  @Override
  public boolean test(Endpoint at) {
    return ranges.stream().anyMatch(range -> range.contains(at.address()));
  }
}
