package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import java.util.Arrays;
import java.util.Comparator;
import org.eclipse.serializer.reference.Lazy;
import org.jspecify.annotations.Nullable;

/**
 * The objects that EclipseStore keeps: the root, its shards, and what is in them.
 *
 * <p>Storing an array again writes a reference for each of its elements, so what grows is spread
 * over many small arrays. The classes and their fields are the store's format: renaming any makes
 * old stores unreadable.
 */
final class StoredState {
  /** Shards of a new store; a torrent's is told by its info-hash. */
  static final int SHARDS = 1024;

  final Shard[] shards = new Shard[SHARDS];

  /** Access lists and passkeys, sealed; null before the first change. */
  byte @Nullable [] access;

  final Progress progress = new Progress();

  StoredState() {
    Arrays.setAll(shards, _ -> new Shard());
  }

  Shard shardOf(InfoHash hash) {
    return shards[(int) hash.high() & SHARDS - 1];
  }

  /** How many changes were committed to this store; part of each of them. */
  static final class Progress {
    long commits;
  }

  /** Torrents whose info-hashes agree in some bits. */
  static final class Shard {
    Torrent[] torrents = {};

    /** By info-hash, once a store is open: there may be a thousand. */
    Swarm[] swarms = {};

    /** Info-hashes and their completed counts, sealed; null when there are none. */
    byte @Nullable [] completed;

    void sortSwarms() {
      Arrays.sort(swarms, Swarm.ORDER);
    }

    /** Where a swarm is, or would be, as {@link Arrays#binarySearch} tells it. */
    int find(Swarm swarm) {
      return Arrays.binarySearch(swarms, swarm, Swarm.ORDER);
    }

    /** Takes in a swarm that would be at {@code at}. */
    void insert(int at, Swarm swarm) {
      Swarm[] more = Arrays.copyOf(swarms, swarms.length + 1);
      System.arraycopy(swarms, at, more, at + 1, swarms.length - at);
      more[at] = swarm;
      swarms = more;
    }

    void remove(int at) {
      Swarm[] fewer = Arrays.copyOf(swarms, swarms.length - 1);
      System.arraycopy(swarms, at + 1, fewer, at, fewer.length - at);
      swarms = fewer;
    }
  }

  /** A registered torrent. */
  static final class Torrent {
    final long high;
    final long middle;
    final int low;

    /** What the catalogue knows of it, sealed. */
    final byte[] entry;

    /** Its .torrent file, sealed; loaded only when asked for, since these may be large. */
    final Lazy<byte[]> metainfo;

    Torrent(InfoHash hash, byte[] entry, byte[] metainfo) {
      this.high = hash.high();
      this.middle = hash.middle();
      this.low = hash.low();
      this.entry = entry;
      this.metainfo = Lazy.UnregisteredReference(metainfo);
    }

    InfoHash hash() {
      return new InfoHash(high, middle, low);
    }
  }

  /** The peers of one info-hash as they were when saved; {@link SwarmEntity} lays it out. */
  static final class Swarm {
    /** What a damaged store lost may be null. */
    static final Comparator<Swarm> ORDER =
        Comparator.nullsFirst(
            Comparator.<Swarm>comparingLong(swarm -> swarm.high)
                .thenComparingLong(swarm -> swarm.middle)
                .thenComparingInt(swarm -> swarm.low));

    final long high;
    final long middle;
    final int low;

    /**
     * The sealed image, held only while it is read: what is saved stays in the store, and the
     * memory is the live swarm's.
     */
    byte @Nullable [] image;

    Swarm(InfoHash hash) {
      this.high = hash.high();
      this.middle = hash.middle();
      this.low = hash.low();
    }

    InfoHash hash() {
      return new InfoHash(high, middle, low);
    }
  }
}
