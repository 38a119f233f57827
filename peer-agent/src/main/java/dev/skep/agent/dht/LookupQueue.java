package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The lookups that run, a few at once, and the searches that wait for their turn. */
final class LookupQueue {
  private static final int MOST_RUNNING = 20;
  private static final int MOST_WAITING = 10_000;

  /** Who hears what a lookup brings. */
  interface Listener {
    /** One of the nodes that were asked answered. */
    void answered(Endpoint from, Krpc.Reply reply);

    /** Nobody is left to ask; so many of those nearest answered. */
    void ended(int answered);
  }

  /** What is looked up: a torrent and an item may have one target. */
  record Place(NodeId target, boolean item) {}

  /**
   * Somebody's wish to know what is kept at a place, in one of the two DHTs.
   *
   * @param ask what the nodes there are asked
   * @param tell what those nearest are told in the end, with the token of each; empty for nothing
   */
  record Wish(
      Place place,
      boolean ipv4,
      Krpc.Ask ask,
      Optional<Function<BString, Krpc.Ask>> tell,
      Listener listener) {}

  /** A lookup, and for whom it is; empty if it is our own, to know more nodes. */
  record Running(Lookup lookup, Optional<Wish> wish) {}

  private final List<Running> running = new ArrayList<>();
  private final Map<Place, Wish> waitingIpv4 = new LinkedHashMap<>();
  private final Map<Place, Wish> waitingIpv6 = new LinkedHashMap<>();

  private Map<Place, Wish> waiting(boolean ipv4) {
    return ipv4 ? waitingIpv4 : waitingIpv6;
  }

  /**
   * Waits for its turn, in the place of one for the same.
   *
   * @return whose turn never comes: of the one before it, or its own if too many wait
   */
  Optional<Wish> add(Wish wish) {
    Map<Place, Wish> waiting = waiting(wish.ipv4());
    boolean room = waiting.size() < MOST_WAITING || waiting.containsKey(wish.place());
    return room ? Optional.ofNullable(waiting.put(wish.place(), wish)) : Optional.of(wish);
  }

  /** Nobody wishes to know any more, nor that anybody is told: neither is told of the end. */
  void forget(Place place) {
    waitingIpv4.remove(place);
    waitingIpv6.remove(place);
    running.removeIf(each -> each.wish().filter(wish -> wish.place().equals(place)).isPresent());
  }

  boolean hasRoom() {
    return running.size() < MOST_RUNNING;
  }

  /** Whose turn it is, which waits no more. */
  Optional<Wish> next(boolean ipv4) {
    Map<Place, Wish> waiting = waiting(ipv4);
    if (!hasRoom() || waiting.isEmpty()) {
      return Optional.empty();
    }
    Place first = waiting.keySet().iterator().next();
    return Optional.ofNullable(waiting.remove(first));
  }

  void begin(Running next) {
    running.add(next);
  }

  List<Running> running() {
    return List.copyOf(running);
  }

  /** Takes out those that are done, for somebody to do what follows. */
  void endDone(Consumer<Running> ended) {
    for (Running each : running()) {
      if (each.lookup().isDone()) {
        running.remove(each);
        ended.accept(each);
      }
    }
  }

  /** A lookup's question was answered. */
  void answered(Lookup lookup, Endpoint from, Krpc.Reply reply) {
    for (Running each : running) {
      if (each.lookup().equals(lookup)) {
        each.wish().ifPresent(wish -> wish.listener().answered(from, reply));
      }
    }
  }

  int size() {
    return running.size();
  }

  int waiting() {
    return waitingIpv4.size() + waitingIpv6.size();
  }
}
