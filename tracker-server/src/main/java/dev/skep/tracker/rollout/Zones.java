package dev.skep.tracker.rollout;

import dev.skep.protocol.address.Cidr;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Says which hosts a target means that does not name them.
 *
 * @param zones what zones are, the first is number 1
 */
record Zones(List<List<Cidr>> zones) {
  /** Whether a host is meant by its labels or by where it is. */
  Meant meantBy(RolloutPlan.Target target) {
    Set<String> labels = Set.copyOf(target.labels());
    List<Cidr> blocks =
        Stream.concat(
                target.networks().stream().map(Cidr::parse),
                target.zones().stream()
                    .filter(number -> number <= zones.size())
                    .flatMap(number -> zones.get(number - 1).stream()))
            .toList();
    return new Meant(labels, blocks);
  }

  /** Hosts that belong to any of these, or are in any of these. */
  record Meant(Set<String> labels, List<Cidr> blocks) implements Predicate<KnownHost> {
    @Override
    public boolean test(KnownHost host) {
      return host.labels().stream().anyMatch(labels::contains) || isPlaceOf(host);
    }

    /** Whether a host is meant by where it is, which it cannot choose as it does its labels. */
    boolean isPlaceOf(KnownHost host) {
      return blocks.stream().anyMatch(block -> block.contains(host.address()));
    }
  }
}
