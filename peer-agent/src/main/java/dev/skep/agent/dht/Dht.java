package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.dht.DhtItem;
import dev.skep.protocol.dht.DhtNode;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.KrpcCodec;
import dev.skep.protocol.dht.NodeId;
import dev.skep.protocol.peerwire.ProtocolException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One node of the DHT (BEP 5). It is called with each datagram and with the time, and sends by the
 * {@link Outside} that it is given; nothing in it waits. Not thread-safe.
 */
public final class Dht {
  /** What surrounds it. */
  public interface Outside {
    /** Sends a datagram, or drops it. */
    void send(Endpoint to, byte[] datagram);

    /**
     * Hardly anybody is known: {@link #meet} is to be told of who may be. Comes again and again.
     */
    void lonely();

    /** A peer told that it has a torrent. */
    void announced(InfoHash about, Endpoint peer);
  }

  /** Who looks for an item (BEP 44), or has it kept. */
  public interface ItemSearch {
    /**
     * One was found, which is genuine. Of one owner several may come: the highest sequence counts.
     */
    void found(DhtItem item);

    /**
     * Nobody is left to ask in one of the two DHTs.
     *
     * @param answered how many of those nearest are asked to keep it, or would have been
     */
    void ended(int answered);
  }

  /**
   * Where we have a torrent.
   *
   * @param port 1 to 65535
   * @param seed whether all of it
   */
  public record Here(int port, boolean seed) {}

  /** Who looks for the peers of a torrent. */
  public interface Search {
    /** Some were found; some may have been found before. */
    void found(List<Endpoint> peers);

    /** Whether nodes are asked how many they know (BEP 33), which leaves less room to name them. */
    default boolean wantsCounts() {
      return false;
    }

    /** A node says how many it knows. */
    void counted(Krpc.Counts counts);

    /**
     * Nobody is left to ask in one of the two DHTs.
     *
     * @param answered how many of those nearest were told of us, or would have been
     */
    void ended(int answered);
  }

  /**
   * How things stand.
   *
   * @param torrents of which this node knows peers, as one of those nearest to it
   * @param peers of all of them
   * @param items that it keeps (BEP 44)
   * @param lookups that run
   * @param waiting searches that have not begun
   * @param wrong datagrams that were not of the DHT
   * @param refused questions of who asked too much
   */
  public record Status(
      int ipv4Nodes,
      int ipv6Nodes,
      int torrents,
      int peers,
      int items,
      int lookups,
      int waiting,
      long sent,
      long received,
      long wrong,
      long refused) {
    /** Of who is not in the DHT. */
    public static final Status NONE = new Status(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  private static final long FIRST_BOOTSTRAP_NANOS = 1_000_000_000L;
  private static final long LAST_BOOTSTRAP_NANOS = 60_000_000_000L;
  private static final long BUSY_NANOS = 250_000_000L;
  private static final long IDLE_NANOS = 1_000_000_000L;
  private static final int ENOUGH_NODES = 8;
  private static final int MOST_DOORS = 200;
  private static final int EXPIRED_AT_ONCE = 10;
  private static final int MOST_OWN_PEERS = 100;
  private static final BString NO_SALT = BString.of("");

  private final RandomGenerator random;
  private final Outside outside;
  private final boolean readOnly;
  private final Map<Boolean, Family> families = new LinkedHashMap<>(); // by whether of IPv4
  private final Questions questions;
  private final Answers answers;
  private final LookupQueue lookups = new LookupQueue();

  /**
   * Addresses that may lead into the DHT: who answers there is a node. Whoever was knocked at last,
   * or is new, stands last; the first goes when there are too many.
   */
  private final Set<Endpoint> doors = new LinkedHashSet<>();

  private long bootstrapAt;
  private long bootstrapPause = FIRST_BOOTSTRAP_NANOS;
  private long sent;
  private long received;
  private long wrong;
  private long refused;

  /**
   * Knows nobody.
   *
   * @param ipv4 under which id it is in the DHT of IPv4, if datagrams reach that
   * @param ipv6 the same for IPv6
   * @param readOnly whether others are asked and none answered (BEP 43)
   */
  public Dht(
      Optional<NodeId> ipv4,
      Optional<NodeId> ipv6,
      boolean readOnly,
      RandomGenerator random,
      Outside outside,
      long now) {
    this.readOnly = readOnly;
    this.random = random;
    this.outside = outside;
    ipv4.ifPresent(id -> families.put(true, new Family(true, id, now)));
    ipv6.ifPresent(id -> families.put(false, new Family(false, id, now)));
    questions = new Questions(random, now);
    answers = new Answers(families, outside, random, now);
    bootstrapAt = now;
  }

  private Optional<Family> family(Endpoint at) {
    return Optional.ofNullable(families.get(at.isIpv4()));
  }

  // ---- Whom it knows

  /** Somebody may be a node there. */
  public void meet(Endpoint at, long now) {
    Optional<Family> family = family(at);
    if (family.isEmpty() || !Networks.isSomebodys(at)) {
      return;
    }
    boolean isNew = doors.add(at);
    if (doors.size() > MOST_DOORS) {
      doors.remove(doors.iterator().next());
    }
    if (isNew && mayAsk(2, now) && !questions.isAsked(at)) {
      bootstrapPause = FIRST_BOOTSTRAP_NANOS;
      bootstrapAt = Math.min(bootstrapAt, now + FIRST_BOOTSTRAP_NANOS);
      ask(at, family.get(), new Krpc.FindNode(family.get().self(), want()), Optional.empty(), now);
    }
  }

  /** Nodes to begin with the next time. */
  public List<DhtNode> nodes() {
    return families.values().stream().flatMap(family -> family.table().nodes().stream()).toList();
  }

  /** Under which id it is in one of the two DHTs, if it is. */
  public Optional<NodeId> self(boolean ipv4) {
    return Optional.ofNullable(families.get(ipv4)).map(Family::self);
  }

  public Status status() {
    return new Status(
        size(true),
        size(false),
        answers.peers().torrents(),
        answers.peers().peers(),
        answers.items().size(),
        lookups.size(),
        lookups.waiting(),
        sent,
        received,
        wrong,
        refused);
  }

  private int size(boolean ipv4) {
    Family family = families.get(ipv4);
    return family == null ? 0 : family.table().size();
  }

  /** As long as one of the two DHTs is hardly known, the other may lead there (BEP 32). */
  private Krpc.Want want() {
    boolean both = families.size() == 2 && Math.min(size(true), size(false)) < ENOUGH_NODES;
    return new Krpc.Want(both, both);
  }

  // ---- Looking up

  /**
   * Looks for a torrent's peers in both DHTs, as soon as there are nodes to begin with.
   *
   * @param us where we have it and are to be found; empty if nobody is to be told
   */
  public void search(InfoHash about, Optional<Here> us, Search search, long now) {
    for (Family family : families.values()) {
      List<Endpoint> told = answers.peers().peers(about, family.isIpv4(), MOST_OWN_PEERS, now);
      if (!told.isEmpty()) {
        search.found(told);
      }
      Optional<Function<BString, Krpc.Ask>> tell =
          us.map(here -> token -> new Krpc.Announce(about, here.port(), here.seed(), token));
      LookupQueue.Place place = new LookupQueue.Place(NodeId.of(about), false);
      Krpc.Ask ask = new Krpc.GetPeers(about, search.wantsCounts(), want());
      add(new LookupQueue.Wish(place, family.isIpv4(), ask, tell, new PeersSought(search)));
    }
    pump(now);
  }

  /** Ends the searches for a torrent's peers: nobody more is told that we have it. */
  public void forget(InfoHash about) {
    lookups.forget(new LookupQueue.Place(NodeId.of(about), false));
  }

  private record PeersSought(Search search) implements LookupQueue.Listener {
    @Override
    public void answered(Endpoint from, Krpc.Reply reply) {
      List<Endpoint> peers =
          reply.peers().stream().filter(peer -> Networks.mayTell(from, peer)).toList();
      if (!peers.isEmpty()) {
        search.found(peers);
      }
      if (reply.more() instanceof Krpc.Counts counts) {
        search.counted(counts);
      }
    }

    @Override
    public void ended(int answered) {
      search.ended(answered);
    }
  }

  /**
   * Looks for an item, as soon as there are nodes to begin with.
   *
   * @param salt what its owner put it under; empty for none, and for one without owner
   */
  public void get(NodeId target, BString salt, ItemSearch search, long now) {
    answers.items().get(target, now).ifPresent(search::found);
    seekItem(target, Optional.empty(), new ItemSought(target, salt, search), now);
  }

  /** Has an item kept by the nodes nearest to its place; what they keep there is told. */
  public void put(DhtItem item, ItemSearch search, long now) {
    BString salt = item instanceof DhtItem.Mutable signed ? signed.salt() : NO_SALT;
    seekItem(
        item.target(),
        Optional.of(token -> new Krpc.PutItem(item, OptionalLong.empty(), token)),
        new ItemSought(item.target(), salt, search),
        now);
  }

  private void seekItem(
      NodeId target,
      Optional<Function<BString, Krpc.Ask>> tell,
      LookupQueue.Listener listener,
      long now) {
    for (Family family : families.values()) {
      LookupQueue.Place place = new LookupQueue.Place(target, true);
      Krpc.Ask ask = new Krpc.GetItem(target, want());
      add(new LookupQueue.Wish(place, family.isIpv4(), ask, tell, listener));
    }
    pump(now);
  }

  private record ItemSought(NodeId target, BString salt, ItemSearch search)
      implements LookupQueue.Listener {
    @Override
    public void answered(Endpoint from, Krpc.Reply reply) {
      if (reply.more() instanceof Krpc.Item(DhtItem item)) {
        DhtItem full = item instanceof DhtItem.Mutable signed ? signed.withSalt(salt) : item;
        if (full.target().equals(target) && full.isGenuine()) {
          search.found(full);
        }
      }
    }

    @Override
    public void ended(int answered) {
      search.ended(answered);
    }
  }

  private void add(LookupQueue.Wish wish) {
    lookups.add(wish).ifPresent(left -> left.listener().ended(0));
  }

  private void beginWaiting(long now) {
    for (Family family : families.values()) {
      while (family.table().size() > 0) {
        Optional<LookupQueue.Wish> next = lookups.next(family.isIpv4());
        if (next.isEmpty()) {
          break;
        }
        begin(family, next.get().place().target(), next.get().ask(), next, now);
      }
    }
  }

  private void begin(
      Family family, NodeId target, Krpc.Ask ask, Optional<LookupQueue.Wish> wish, long now) {
    Lookup lookup = new Lookup(family.self(), target, ask, family.isIpv4());
    family.table().nearest(target, 2 * Lookup.NEAREST).forEach(lookup::add);
    family.table().touch(target, now);
    lookups.begin(new LookupQueue.Running(lookup, wish));
  }

  /** To know more nodes near to a place. */
  private void walk(Family family, NodeId target, long now) {
    if (lookups.hasRoom()) {
      begin(family, target, new Krpc.FindNode(target, want()), Optional.empty(), now);
    }
  }

  /** Begins what may, asks whom lookups want to ask, and ends those that are done. */
  private void pump(long now) {
    beginWaiting(now);
    boolean any = true;
    while (any) {
      any = false;
      for (LookupQueue.Running each : lookups.running()) {
        Lookup lookup = each.lookup();
        Family family = families.get(lookup.isIpv4());
        Optional<DhtNode> next = mayAsk(0, now) ? lookup.next() : Optional.empty();
        if (next.isPresent() && family != null) {
          ask(next.get().at(), family, lookup.ask(), Optional.of(lookup), now);
          any = true;
        }
      }
    }
    lookups.endDone(done -> ended(done, now));
  }

  private void ended(LookupQueue.Running done, long now) {
    if (done.wish().isEmpty()) {
      return;
    }
    LookupQueue.Wish wish = done.wish().get();
    List<Lookup.Answered> near = done.lookup().tokens();
    Family family = families.get(wish.ipv4());
    if (wish.tell().isPresent() && family != null) {
      for (Lookup.Answered each : near) {
        Krpc.Ask tell = wish.tell().get().apply(each.token());
        ask(each.node().at(), family, tell, Optional.empty(), now);
      }
    }
    wish.listener().ended(near.size());
  }

  /**
   * Whether one more may be asked.
   *
   * @param keptFor part of a second's questions that is kept for what is more urgent: 2 for a half
   */
  private boolean mayAsk(int keptFor, long now) {
    return questions.left(now) > (keptFor == 0 ? 0 : Questions.PER_SECOND / keptFor);
  }

  private void ask(Endpoint to, Family family, Krpc.Ask what, Optional<Lookup> lookup, long now) {
    send(to, new Krpc.Query(questions.ask(to, lookup, now), family.self(), readOnly, what));
  }

  private void send(Endpoint to, Krpc message) {
    sent++;
    outside.send(to, KrpcCodec.encode(message));
  }

  // ---- What comes

  /** A datagram came. */
  public void received(Endpoint from, byte[] datagram, long now) {
    Optional<Family> family = family(from);
    if (family.isEmpty() || !Networks.isSomebodys(from)) {
      return;
    }
    received++;
    try {
      switch (KrpcCodec.decode(datagram)) {
        case Krpc.Query query -> asked(from, query, family.get(), now);
        case Krpc.Reply reply -> replied(from, reply, family.get(), now);
        case Krpc.Failure failure ->
            questions
                .answered(from, failure.transaction())
                .flatMap(Questions.Asked::lookup)
                .ifPresent(lookup -> lookup.failed(from));
      }
      pump(now);
    } catch (ProtocolException e) {
      wrong++; // strangers' bytes
    }
  }

  private void asked(Endpoint from, Krpc.Query query, Family family, long now) {
    if (readOnly) {
      return;
    }
    Optional<Krpc> answer = answers.to(from, query, family, now);
    if (answer.isEmpty()) {
      refused++;
      return;
    }
    send(from, answer.get());
    DhtNode asker = new DhtNode(query.sender(), from);
    if (!query.readOnly()
        && family.table().wants(asker)
        && mayAsk(2, now)
        && !questions.isAsked(from)) {
      ask(from, family, new Krpc.Ping(), Optional.empty(), now); // whoever answers gets in
    }
  }

  private void replied(Endpoint from, Krpc.Reply reply, Family family, long now) {
    Optional<Questions.Asked> asked = questions.answered(from, reply.transaction());
    if (asked.isEmpty()) {
      return;
    }
    family.heard(now);
    family.table().replied(new DhtNode(reply.sender(), from), now);
    reply.seenAt().ifPresent(us -> seen(from, us, family, now));
    reply.nodes().forEach(node -> greet(node, from, now));
    Optional<Lookup> lookup = asked.get().lookup();
    lookup.ifPresent(
        by -> {
          by.answered(from, reply);
          lookups.answered(by, from, reply);
        });
  }

  private void seen(Endpoint by, Endpoint us, Family family, long now) {
    boolean counts = Networks.isPublic(by) && us.isIpv4() == family.isIpv4();
    if (counts && family.seen(by.address(), us.address(), random, now)) {
      walk(family, family.self(), now);
    }
  }

  /** Who knows few nodes asks each that it hears of. */
  private void greet(DhtNode node, Endpoint by, long now) {
    Optional<Family> family = family(node.at());
    if (family.isPresent()
        && family.get().table().size() < ENOUGH_NODES
        && Networks.mayTell(by, node.at())
        && family.get().table().wants(node)
        && mayAsk(2, now)
        && !questions.isAsked(node.at())) {
      Krpc.Ask ask = new Krpc.FindNode(family.get().self(), want());
      ask(node.at(), family.get(), ask, Optional.empty(), now);
    }
  }

  // ---- Time

  /** Does what time makes due; returns when to be called again, at the latest. */
  public long tick(long now) {
    questions.look(
        now,
        late -> late.lookup().ifPresent(lookup -> lookup.late(late.to())),
        lost -> lost(lost, now));
    bootstrap(now);
    for (Family family : families.values()) {
      if (family.wantsToSettle(ENOUGH_NODES)) {
        walk(family, family.self(), now);
      }
      refresh(family, now);
    }
    answers.expire(EXPIRED_AT_ONCE, now);
    pump(now);
    return now + (questions.isEmpty() && lookups.size() == 0 ? IDLE_NANOS : BUSY_NANOS);
  }

  private void lost(Questions.Asked asked, long now) {
    asked.lookup().ifPresent(lookup -> lookup.failed(asked.to()));
    Optional<Family> family = family(asked.to());
    if (family.isPresent() && family.get().isReached(now)) {
      family.get().table().failed(asked.to());
    }
  }

  /** As long as few nodes are known every door is knocked at, again and again. */
  private void bootstrap(long now) {
    if (size(true) + size(false) >= ENOUGH_NODES || now - bootstrapAt < 0) {
      return;
    }
    bootstrapAt = now + bootstrapPause;
    bootstrapPause = Math.min(2 * bootstrapPause, LAST_BOOTSTRAP_NANOS);
    for (Endpoint door : List.copyOf(doors)) {
      Optional<Family> family = family(door);
      if (family.isPresent() && mayAsk(2, now) && !questions.isAsked(door)) {
        Krpc.Ask ask = new Krpc.FindNode(family.get().self(), want());
        ask(door, family.get(), ask, Optional.empty(), now);
        doors.remove(door);
        doors.add(door); // all have their turn, though there are more than may be asked at once
      }
    }
    outside.lonely();
  }

  /** One thing at a time: whoever did not answer for long, or a part of the space. */
  private void refresh(Family family, long now) {
    if (!mayAsk(2, now)) {
      return;
    }
    Optional<DhtNode> stale = family.table().stale(now);
    if (stale.isPresent()) {
      ask(stale.get().at(), family, new Krpc.Ping(), Optional.empty(), now);
      return;
    }
    Optional<Integer> untouched = family.table().untouched(now);
    if (untouched.isPresent()) {
      walk(family, family.self().near(untouched.get(), random), now);
    }
  }
}
