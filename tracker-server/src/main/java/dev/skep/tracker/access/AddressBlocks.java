package dev.skep.tracker.access;

import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * Blocks of addresses, however many: looking one up takes the logarithm of their number, and
 * allocates nothing. Immutable.
 */
final class AddressBlocks {
  private static final int IPV4_BITS = 96;

  private final Family ipv4;
  private final Family ipv6;

  private AddressBlocks(Family ipv4, Family ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  static AddressBlocks of(Collection<Cidr> blocks) {
    // As Cidr has it: an IPv4 address belongs to blocks of IPv4 only.
    var v4 = blocks.stream().filter(AddressBlocks::isIpv4).toList();
    var v6 = blocks.stream().filter(block -> !isIpv4(block)).toList();
    return new AddressBlocks(Family.of(v4), Family.of(v6));
  }

  private static boolean isIpv4(Cidr block) {
    return block.prefixBits() >= IPV4_BITS && block.base().isIpv4();
  }

  boolean isEmpty() {
    return ipv4.blocks.length == 0 && ipv6.blocks.length == 0;
  }

  boolean contain(IpAddress address) {
    return (address.isIpv4() ? ipv4 : ipv6).contains(address);
  }

  /** Blocks of one family, none within another, by their first address. */
  private static final class Family {
    private final long[] highs;
    private final long[] lows;
    private final Cidr[] blocks;

    private Family(List<Cidr> sorted) {
      blocks = sorted.toArray(Cidr[]::new);
      highs = sorted.stream().mapToLong(block -> first(block).high()).toArray();
      lows = sorted.stream().mapToLong(block -> first(block).low()).toArray();
    }

    static Family of(List<Cidr> blocks) {
      var byFirst = new TreeMap<IpAddress, Cidr>(Family::compare);
      for (Cidr block : blocks) { // of those that begin alike the largest holds the others
        byFirst.merge(first(block), block, (a, b) -> a.prefixBits() <= b.prefixBits() ? a : b);
      }
      List<Cidr> outer = new ArrayList<>();
      for (Cidr block : byFirst.values()) {
        if (outer.isEmpty() || !outer.getLast().contains(first(block))) {
          outer.add(block);
        }
      }
      return new Family(outer);
    }

    private static int compare(IpAddress a, IpAddress b) {
      return compare(a.high(), a.low(), b.high(), b.low());
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
      int first = Long.compareUnsigned(high, otherHigh);
      return first != 0 ? first : Long.compareUnsigned(low, otherLow);
    }

    private static IpAddress first(Cidr block) {
      return new IpAddress(
          block.base().high() & mask(block.prefixBits()),
          block.base().low() & mask(block.prefixBits() - Long.SIZE));
    }

    private static long mask(int bits) {
      return bits <= 0 ? 0 : bits >= Long.SIZE ? -1L : -1L << (Long.SIZE - bits);
    }

    boolean contains(IpAddress address) {
      int low = 0;
      int high = blocks.length;
      while (low < high) { // finds how many begin at the address or before it
        int middle = (low + high) >>> 1;
        if (compare(highs[middle], lows[middle], address.high(), address.low()) <= 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low > 0 && blocks[low - 1].contains(address);
    }
  }
}
