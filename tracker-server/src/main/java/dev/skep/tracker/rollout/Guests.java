package dev.skep.tracker.rollout;

import dev.skep.protocol.address.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Known machines that nobody asked for, in the order in which they give way where no more can be
 * known: those of no rollout first, of each address those that came last, and first of the address
 * that takes most of what it may have. To be found out now and then, since it is a look at all of
 * them.
 */
final class Guests {
  static final Guests NONE = new Guests(List.of());

  private final Deque<Guest> order;

  /**
   * One of them.
   *
   * @param share of what its address may have is taken by those who came before it and itself
   */
  record Guest(String name, boolean inRollout, double share) {}

  private Guests(Collection<Guest> order) {
    this.order = new ArrayDeque<>(order);
  }

  /**
   * Puts them in order.
   *
   * @param invited says which are no guests
   * @param inRollouts the names of hosts of rollouts that run
   */
  static Guests of(
      Collection<KnownHost> all,
      Hosts.Limits limits,
      Predicate<KnownHost> invited,
      Set<String> inRollouts) {
    List<KnownHost> byAge = new ArrayList<>(all);
    byAge.sort(Comparator.comparing(KnownHost::since));
    Map<Long, Integer> counts = new HashMap<>();
    List<Guest> guests = new ArrayList<>();
    for (KnownHost host : byAge) {
      IpAddress from = host.claimedFrom();
      int count = counts.merge(Hosts.site(from), 1, Integer::sum);
      if (!invited.test(host)) {
        guests.add(
            new Guest(
                host.name(), inRollouts.contains(host.name()), limits.shareOfSite(from, count)));
      }
    }
    Collections.reverse(guests); // of two that are alike the one that came last goes first
    guests.sort(
        Comparator.comparing(Guest::inRollout)
            .thenComparing(Comparator.comparingDouble(Guest::share).reversed()));
    return new Guests(guests);
  }

  /**
   * The next one, if it gives way to a newcomer: to one that is invited whoever it is, to another
   * one only where its address takes more.
   *
   * @param share of what its address may have that the newcomer's would take with it
   */
  Optional<String> before(boolean isInvited, double share) {
    Guest next = order.peekFirst();
    if (next == null || !(isInvited || (!next.inRollout && next.share > share))) {
      return Optional.empty();
    }
    return Optional.of(order.removeFirst().name());
  }
}
