package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.NodeId;
import dev.skep.protocol.dht.PeerFilter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/** Many nodes on virtual time: datagrams take 10 to 100 ms, and some are lost. */
final class DhtNetwork {
  static final long SECOND = 1_000_000_000L;

  /** What is at an address. */
  interface Host {
    void received(Endpoint from, byte[] datagram);
  }

  private record Event(long at, long number, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
    }
  }

  /** One node. */
  final class Node implements Host, Dht.Outside {
    final Endpoint at;
    final Dht dht;
    final List<Endpoint> told = new ArrayList<>();
    Runnable whenLonely = () -> {};
    boolean cut; // from the network

    Node(Endpoint at, boolean readOnly) {
      this(at, readOnly, NodeId.random(at.address(), random));
    }

    Node(Endpoint at, boolean readOnly, NodeId id) {
      this.at = at;
      Optional<NodeId> ipv4 = at.isIpv4() ? Optional.of(id) : Optional.empty();
      Optional<NodeId> ipv6 = at.isIpv4() ? Optional.empty() : Optional.of(id);
      dht = new Dht(ipv4, ipv6, readOnly, random.split(), this, now);
      hosts.put(at, this);
      nodes.add(this);
      later(random.nextLong(SECOND), this::tick);
    }

    private void tick() {
      if (hosts.get(at) == this) {
        later(Math.max(dht.tick(now) - now, 1), this::tick);
      }
    }

    @Override
    public void received(Endpoint from, byte[] datagram) {
      if (!cut) {
        dht.received(from, datagram, now);
      }
    }

    @Override
    public void send(Endpoint to, byte[] datagram) {
      if (!cut) {
        DhtNetwork.this.send(at, to, datagram);
      }
    }

    @Override
    public void lonely() {
      whenLonely.run();
    }

    @Override
    public void announced(InfoHash about, Endpoint peer) {
      told.add(peer);
    }

    /** Vanishes without a word. */
    void vanish() {
      hosts.remove(at);
      nodes.remove(this);
    }

    /** Looks for a torrent's peers, and tells that we have it if the port is not 0. */
    Found search(InfoHash about, int port) {
      Found found = new Found(port == 0);
      Optional<Dht.Here> us = port == 0 ? Optional.empty() : Optional.of(new Dht.Here(port, true));
      dht.search(about, us, found, now);
      return found;
    }
  }

  /** What a search brought. */
  static final class Found implements Dht.Search {
    final Set<Endpoint> peers = new HashSet<>();
    final PeerFilter seeds = new PeerFilter();
    private final boolean counts;
    boolean ended;

    Found(boolean counts) {
      this.counts = counts;
    }

    @Override
    public boolean wantsCounts() {
      return counts;
    }

    @Override
    public void found(List<Endpoint> some) {
      peers.addAll(some);
    }

    @Override
    public void counted(Krpc.Counts counts) {
      seeds.addAll(counts.seeds());
    }

    @Override
    public void ended(int answered) {
      ended = true;
    }
  }

  final SplittableRandom random;
  final Map<Endpoint, Host> hosts = new HashMap<>();
  final List<Node> nodes = new ArrayList<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final int lostOfThousand;
  private long number;
  long now = 1;
  long datagrams;
  int longest;

  DhtNetwork(long seed, int lostOfThousand) {
    random = new SplittableRandom(seed);
    this.lostOfThousand = lostOfThousand;
  }

  void later(long nanos, Runnable what) {
    events.add(new Event(now + nanos, number++, what));
  }

  void send(Endpoint from, Endpoint to, byte[] datagram) {
    datagrams++;
    longest = Math.max(longest, datagram.length);
    if (random.nextInt(1000) < lostOfThousand) {
      return;
    }
    later(
        random.nextLong(10_000_000L, 100_000_000L),
        () -> {
          Host host = hosts.get(to);
          if (host != null) {
            host.received(from, datagram);
          }
        });
  }

  void run(long seconds) {
    long until = now + seconds * SECOND;
    while (!events.isEmpty() && events.peek().at() <= until) {
      Event next = events.remove();
      now = next.at();
      next.what().run();
    }
    now = until;
  }

  /** A public address that nobody has. */
  Endpoint freeAddress() {
    while (true) {
      byte[] bytes = {(byte) (20 + random.nextInt(80)), 0, 0, 0};
      for (int i = 1; i < 4; i++) {
        bytes[i] = (byte) random.nextInt(256);
      }
      try {
        Endpoint at = new Endpoint(InetAddress.getByAddress(bytes), 6881);
        if (!hosts.containsKey(at)) {
          return at;
        }
      } catch (UnknownHostException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** The same of IPv6. */
  Endpoint freeIpv6Address() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    bytes[0] = 0x20;
    try {
      return new Endpoint(InetAddress.getByAddress(bytes), 6881);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  Node any() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  /** A newcomer that knows one node. */
  Node join() {
    Node node = new Node(freeAddress(), false);
    if (nodes.size() > 1) {
      Node door = any();
      while (door == node) {
        door = any();
      }
      node.dht.meet(door.at, now);
    }
    return node;
  }

  InfoHash hash() {
    return new InfoHash(random.nextLong(), random.nextLong(), random.nextInt());
  }
}
