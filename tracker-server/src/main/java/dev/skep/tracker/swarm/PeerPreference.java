package dev.skep.tracker.swarm;

import dev.skep.protocol.address.Cidr;
import java.util.List;

/** Whom an announce is offered first. All but {@link Uniform} score twice as many as are wanted. */
public sealed interface PeerPreference {
  /** Every peer with the same chance. */
  record Uniform() implements PeerPreference {}

  /**
   * Peers that upload more with a better chance: by how fast their announced upload grew, at most a
   * little over three times the slowest's, so that a liar gains little; newcomers lie in the
   * middle.
   */
  record Uploaders() implements PeerPreference {}

  /**
   * Peers near the asker first: those in the same /24 (IPv6: /64), then those in the same zone;
   * every fourth is taken for near wherever it is, so that no swarm falls into islands.
   *
   * @param zones blocks of addresses that are near one another, one list per zone
   */
  record Near(List<List<Cidr>> zones) implements PeerPreference {
    public Near {
      zones = zones.stream().map(List::copyOf).toList();
    }
  }
}
