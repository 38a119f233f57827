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
  Predicate<KnownHost> meantBy(RolloutPlan.Target target) {
    Set<String> labels = Set.copyOf(target.labels());
    List<Cidr> blocks =
        Stream.concat(
                target.networks().stream().map(Cidr::parse),
                target.zones().stream()
                    .filter(number -> number <= zones.size())
                    .flatMap(number -> zones.get(number - 1).stream()))
            .toList();
    return host ->
        host.labels().stream().anyMatch(labels::contains)
            || blocks.stream().anyMatch(block -> block.contains(host.address()));
  }
}
