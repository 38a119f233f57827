package dev.skep.agent.dht.live;

import dev.skep.agent.datagram.DatagramPort;
import dev.skep.agent.dht.Dht;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.dht.DhtItem;
import dev.skep.protocol.dht.DhtNode;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.NodeId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A node of the DHT at work. Its lock is held for the node's logic only, sending included; whoever
 * searches is called without it. Safe for many threads.
 */
public final class LiveDht implements DatagramPort.Speaker, AutoCloseable {
  private static final Logger LOG = System.getLogger(LiveDht.class.getName());

  /** What a dictionary begins with, which each datagram of the DHT is. */
  private static final byte DICTIONARY = 'd';

  private static final int MOST_NAMES = 100;
  private static final long SAVE_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final DatagramPort port;
  private final DhtSettings settings;
  private final BiConsumer<InfoHash, Endpoint> announced;
  private final AtomicBoolean resolving = new AtomicBoolean();

  // Guarded by this.
  private final Dht dht;
  private final Set<String> names;
  private final List<Runnable> after = new ArrayList<>(); // told when the lock is free
  private long tickAt;
  private long saveAt;

  /**
   * Begins with whom it knew the last time.
   *
   * @param port over which it speaks
   * @param announced told of each peer that says it has a torrent
   */
  public LiveDht(
      DatagramPort port, DhtSettings settings, BiConsumer<InfoHash, Endpoint> announced) {
    this.port = port;
    this.settings = settings;
    this.announced = announced;
    names = new LinkedHashSet<>(settings.nodes());
    KnownNodes known = settings.stateFile().map(KnownNodes::load).orElse(KnownNodes.NONE);
    InetAddress bound = port.at().address();
    boolean all = bound.isAnyLocalAddress();
    boolean ipv4 = all || port.at().isIpv4();
    boolean ipv6 = all || !port.at().isIpv4();
    SecureRandom random = new SecureRandom();
    Supplier<NodeId> fresh = () -> all ? NodeId.random(random) : NodeId.random(bound, random);
    long now = System.nanoTime();
    dht =
        new Dht(
            ipv4 ? Optional.of(known.ipv4().orElseGet(fresh)) : Optional.empty(),
            ipv6 ? Optional.of(known.ipv6().orElseGet(fresh)) : Optional.empty(),
            settings.readOnly(),
            random,
            new Surroundings(),
            now);
    tickAt = now;
    saveAt = now + SAVE_NANOS;
    meet(known.nodes());
  }

  private final class Surroundings implements Dht.Outside {
    @Override
    public void send(Endpoint to, byte[] datagram) {
      port.send(to, datagram);
    }

    @Override
    public void lonely() {
      resolve(List.copyOf(names));
    }

    @Override
    public void announced(InfoHash about, Endpoint peer) {
      after.add(() -> announced.accept(about, peer));
    }
  }

  private void run(Runnable turn) {
    List<Runnable> told;
    synchronized (this) {
      turn.run();
      told = List.copyOf(after);
      after.clear();
    }
    told.forEach(Runnable::run);
  }

  // ---- What the port calls

  @Override
  public boolean takes(byte first) {
    return first == DICTIONARY;
  }

  @Override
  public void received(Endpoint from, byte[] datagram) {
    if (datagram.length <= Krpc.MOST_BYTES) {
      run(() -> dht.received(from, datagram, System.nanoTime()));
    }
  }

  @Override
  public long tick(long now) {
    run(
        () -> {
          if (now - tickAt >= 0) {
            tickAt = dht.tick(now);
          }
        });
    saveIfDue(now);
    synchronized (this) {
      return tickAt;
    }
  }

  // ---- What others call

  /** Nodes may be there. */
  public void meet(Collection<Endpoint> doors) {
    soon(now -> doors.forEach(at -> dht.meet(at, now)));
  }

  /** Nodes may be there, {@code HOST:PORT} each; now, and whenever hardly anybody is known. */
  public void meetNamed(List<String> doors) {
    List<String> fresh;
    synchronized (this) {
      fresh = doors.stream().filter(name -> names.size() < MOST_NAMES && names.add(name)).toList();
    }
    resolve(fresh);
  }

  /**
   * Looks for a torrent's peers; see {@link Dht#search}. Told on any thread, without the lock.
   *
   * @param us where we have it; empty if nobody is to be told
   */
  public void search(InfoHash about, Optional<Dht.Here> us, Dht.Search search) {
    Dht.Search later =
        new Dht.Search() {
          @Override
          public void found(List<Endpoint> peers) {
            after.add(() -> search.found(peers));
          }

          @Override
          public boolean wantsCounts() {
            return search.wantsCounts();
          }

          @Override
          public void counted(Krpc.Counts counts) {
            after.add(() -> search.counted(counts));
          }

          @Override
          public void ended(int answered) {
            after.add(() -> search.ended(answered));
          }
        };
    soon(now -> dht.search(about, us, later, now));
  }

  /** Ends the searches for a torrent's peers; see {@link Dht#forget}. */
  public synchronized void forget(InfoHash about) {
    dht.forget(about);
  }

  /** Looks for an item; see {@link Dht#get}. Told on any thread, without the lock. */
  public void get(NodeId target, BString salt, Dht.ItemSearch search) {
    soon(now -> dht.get(target, salt, later(search), now));
  }

  /** Has an item kept; see {@link Dht#put}. Told on any thread, without the lock. */
  public void put(DhtItem item, Dht.ItemSearch search) {
    soon(now -> dht.put(item, later(search), now));
  }

  private Dht.ItemSearch later(Dht.ItemSearch search) {
    return new Dht.ItemSearch() {
      @Override
      public void found(DhtItem item) {
        after.add(() -> search.found(item));
      }

      @Override
      public void ended(int answered) {
        after.add(() -> search.ended(answered));
      }
    };
  }

  /** What is done with the time. */
  private interface Turn {
    void at(long now);
  }

  private void soon(Turn turn) {
    run(
        () -> {
          long now = System.nanoTime();
          turn.at(now);
          tickAt = now;
        });
    port.wake();
  }

  /** Under which port peers may find it. */
  public int port() {
    return port.at().port();
  }

  /** Whether it answers whoever asks. */
  public boolean answers() {
    return !settings.readOnly();
  }

  /** How things stand. */
  public synchronized Dht.Status status() {
    return dht.status();
  }

  /** Under which id it is in one of the two DHTs, if it is. */
  public synchronized Optional<NodeId> self(boolean ipv4) {
    return dht.self(ipv4);
  }

  // ---- Names

  /** On a thread of its own: looking a name up may take long. */
  private void resolve(List<String> doors) {
    if (!doors.isEmpty() && resolving.compareAndSet(false, true)) {
      Thread.ofPlatform()
          .daemon()
          .name("skep-dht-names")
          .start(
              () -> {
                try {
                  meet(doors.stream().flatMap(name -> addresses(name).stream()).toList());
                } finally {
                  resolving.set(false);
                }
              });
    }
  }

  private static List<Endpoint> addresses(String name) {
    int colon = name.lastIndexOf(':');
    List<Endpoint> all = new ArrayList<>();
    try {
      int at = Integer.parseInt(name.substring(colon + 1));
      String host = name.substring(0, Math.max(0, colon));
      for (InetAddress address : InetAddress.getAllByName(host)) {
        all.add(new Endpoint(address, at));
      }
    } catch (UnknownHostException | IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "no node of the DHT at {0}: {1}", name, e.toString());
    }
    return all;
  }

  // ---- What survives

  private void saveIfDue(long now) {
    synchronized (this) {
      if (settings.stateFile().isEmpty() || now - saveAt < 0) {
        return;
      }
      saveAt = now + SAVE_NANOS;
    }
    Thread.ofPlatform().daemon().name("skep-dht-save").start(this::save);
  }

  private void save() {
    Optional<Path> file = settings.stateFile();
    KnownNodes known;
    synchronized (this) {
      known =
          new KnownNodes(
              dht.self(true), dht.self(false), dht.nodes().stream().map(DhtNode::at).toList());
    }
    if (file.isPresent() && !known.nodes().isEmpty()) { // or what was known before is more
      known.save(file.get());
    }
  }

  /** Remembers whom it knows. The port stays. */
  @Override
  public void close() {
    save();
  }
}
