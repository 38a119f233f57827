package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.dht.DhtNode;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A way to the nodes nearest to a place, in one address family: whoever is nearer than what is
 * known is asked for nodes that are nearer still, a few at once, until the nearest eight have
 * answered.
 *
 * <p>A stranger who sits down around a place must own much: of a public network two are asked at
 * most, and besides the nearest eight those nearest eight are asked whose ids suit their addresses
 * (BEP 42), so that ids of choice displace none of them.
 */
final class Lookup {
  static final int NEAREST = 8;
  private static final int AT_ONCE = 4;
  private static final int MOST_CANDIDATES = 64;
  private static final int MOST_OF_NETWORK = 2;

  /** Liars could name nearer ones for ever. */
  private static final int MOST_ASKED = 150;

  private enum State {
    NEW,
    ASKED,
    LATE,
    ANSWERED,
    FAILED
  }

  private static final class Candidate {
    private final DhtNode node;
    private final boolean suits;
    private final Networks.Network network;
    private State state = State.NEW;
    private Optional<BString> token = Optional.empty();

    Candidate(DhtNode node) {
      this.node = node;
      suits = node.id().suits(node.at().address());
      network = Networks.of(node.at().address());
    }
  }

  /** A node that answered, with what it gave for an announce. */
  record Answered(DhtNode node, BString token) {}

  private final NodeId self;
  private final NodeId target;
  private final Krpc.Ask ask;
  private final boolean ipv4;
  private final List<Candidate> candidates = new ArrayList<>(); // nearest first
  private final Set<Endpoint> seen = new HashSet<>();
  private int asked;

  /**
   * Knows nobody.
   *
   * @param self who is not asked
   * @param ask what each of them is asked
   */
  Lookup(NodeId self, NodeId target, Krpc.Ask ask, boolean ipv4) {
    this.self = self;
    this.target = target;
    this.ask = ask;
    this.ipv4 = ipv4;
  }

  /** Which of the two DHTs it is in. */
  boolean isIpv4() {
    return ipv4;
  }

  NodeId target() {
    return target;
  }

  /** What each of them is asked. */
  Krpc.Ask ask() {
    return ask;
  }

  /** A node that may be near. */
  void add(DhtNode node) {
    if (node.id().equals(self) || seen.contains(node.at())) {
      return;
    }
    Candidate fresh = new Candidate(node);
    if (Networks.isPublic(node.at()) && ofNetwork(fresh.network) >= MOST_OF_NETWORK) {
      return;
    }
    seen.add(node.at());
    insert(fresh);
    if (candidates.size() > MOST_CANDIDATES) {
      leaveOneOut();
    }
  }

  private void insert(Candidate fresh) {
    int at = candidates.size();
    while (at > 0 && target.nearer(fresh.node.id(), candidates.get(at - 1).node.id()) < 0) {
      at--;
    }
    candidates.add(at, fresh);
  }

  /** The farthest whose id anybody may have made up; or the farthest. */
  private void leaveOneOut() {
    for (int i = candidates.size() - 1; i >= 0; i--) {
      Candidate each = candidates.get(i);
      if (!each.suits && each.state == State.NEW) {
        candidates.remove(i);
        return;
      }
    }
    candidates.removeLast();
  }

  private int ofNetwork(Networks.Network network) {
    int count = 0;
    for (Candidate each : candidates) {
      count += each.state != State.FAILED && each.network.equals(network) ? 1 : 0;
    }
    return count;
  }

  /** Whom to ask now; counts as asked. */
  Optional<DhtNode> next() {
    long underWay = candidates.stream().filter(c -> c.state == State.ASKED).count();
    if (underWay >= AT_ONCE || asked >= MOST_ASKED) {
      return Optional.empty();
    }
    Optional<Candidate> next = nearest().stream().filter(c -> c.state == State.NEW).findFirst();
    if (next.isPresent()) {
      next.get().state = State.ASKED;
      asked++;
    }
    return next.map(c -> c.node);
  }

  /** Those nearest that did not fail, of all and of those whose ids suit. */
  private List<Candidate> nearest() {
    List<Candidate> nearest = new ArrayList<>();
    int suiting = 0;
    for (Candidate each : candidates) {
      if (each.state == State.FAILED) {
        continue;
      }
      if (nearest.size() < NEAREST || (each.suits && suiting < NEAREST)) {
        nearest.add(each);
        suiting += each.suits ? 1 : 0;
      }
    }
    return nearest;
  }

  private Optional<Candidate> find(Endpoint at) {
    return candidates.stream().filter(c -> c.node.at().equals(at)).findFirst();
  }

  /** A node answered. It is where its own word puts it, whatever others said. */
  void answered(Endpoint at, Krpc.Reply reply) {
    Optional<Candidate> found = find(at);
    if (found.isPresent()) {
      Candidate known = found.get();
      candidates.remove(known);
      if (!known.node.id().equals(reply.sender())) {
        known = new Candidate(new DhtNode(reply.sender(), at));
      }
      known.state = State.ANSWERED;
      known.token = reply.token();
      insert(known);
    }
    reply.nodes().stream()
        .filter(node -> node.at().isIpv4() == ipv4 && Networks.mayTell(at, node.at()))
        .limit(2 * NEAREST)
        .forEach(this::add);
  }

  /** A node takes its time: another one is asked beside it. */
  void late(Endpoint at) {
    find(at).filter(c -> c.state == State.ASKED).ifPresent(c -> c.state = State.LATE);
  }

  /** A node did not answer. */
  void failed(Endpoint at) {
    find(at).ifPresent(c -> c.state = State.FAILED);
  }

  /** Whether nobody nearer is left to ask, and nobody's answer is awaited who is near. */
  boolean isDone() {
    boolean enough = asked >= MOST_ASKED;
    return nearest().stream()
        .allMatch(c -> c.state == State.ANSWERED || (enough && c.state == State.NEW));
  }

  /** The nearest that answered and gave a token. */
  List<Answered> tokens() {
    return nearest().stream()
        .filter(c -> c.token.isPresent())
        .map(c -> new Answered(c.node, c.token.orElseThrow()))
        .toList();
  }
}
