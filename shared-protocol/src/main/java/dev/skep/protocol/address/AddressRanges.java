package dev.skep.protocol.address;

import dev.skep.protocol.Endpoint;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Blocks of addresses as people write them in one line: {@code 10.0.0.0/8,fd00::/8}. An IPv4
 * address is in blocks of IPv4 only, whatever the blocks of IPv6 are.
 */
public record AddressRanges(List<Cidr> ranges) implements Predicate<Endpoint> {
  public AddressRanges {
    ranges = List.copyOf(ranges);
  }

  /**
   * Reads ranges with commas between them; a plain address is a range of one.
   *
   * @throws IllegalArgumentException if one is not an address, or has more bits than the address
   */
  public static AddressRanges parse(String text) {
    return new AddressRanges(
        Stream.of(text.split(",", -1)).map(String::strip).map(AddressRanges::range).toList());
  }

  private static Cidr range(String text) {
    try {
      return Cidr.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no range of addresses such as 10.0.0.0/8 or fd00::/8", e);
    }
  }

  @Override
  public boolean test(Endpoint at) {
    IpAddress address = IpAddress.of(at.address());
    return ranges.stream()
        .anyMatch(range -> range.base().isIpv4() == address.isIpv4() && range.contains(address));
  }
}
