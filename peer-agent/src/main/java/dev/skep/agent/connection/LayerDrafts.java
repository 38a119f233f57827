package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.Sha256;
import dev.skep.protocol.metainfo.Merkle;
import dev.skep.protocol.metainfo.Metainfo.MissingLayer;
import dev.skep.protocol.peerwire.HashRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the piece layers of a v2 torrent together from what several peers give (BEP 52), in memory
 * only for what is here. Pure: time is given, monotonic nanoseconds. Not thread-safe.
 *
 * <p>Each part comes with a proof up to its file's root, so whoever gives a wrong one is known at
 * once.
 */
final class LayerDrafts {
  /** Of two million pieces. */
  static final long MOST_BYTES = 64L << 20;

  /** Parts asked of one giver at once. */
  private static final int MOST_ASKED = 4;

  /** A part that does not come so soon is asked of another giver too. */
  private static final long IMPATIENT_NANOS = 1_000_000_000L;

  /** Who leaves a request unanswered for so long is given up. */
  private static final long LATE_NANOS = 5_000_000_000L;

  /** One who gives parts. */
  static final class Giver {
    private final Map<Integer, Long> asked = new HashMap<>(); // part, and when
    private final BitSet refused = new BitSet();
  }

  private final List<MissingLayer> layers;
  private final List<HashRange> parts = new ArrayList<>();
  private final Map<HashRange, Integer> byRange = new HashMap<>();
  private final Map<Integer, byte[]> here = new HashMap<>();
  private final Map<Integer, Long> askedAt = new HashMap<>(); // last
  private int firstMissing;

  /** Nothing is here yet. */
  LayerDrafts(List<MissingLayer> layers) {
    this.layers = List.copyOf(layers);
    for (MissingLayer layer : layers) {
      int width = Integer.highestOneBit(layer.nodes() - 1) << 1;
      int length = Math.min(HashRange.MAX_LENGTH, width);
      int proof = Integer.numberOfTrailingZeros(width) - 1;
      for (int from = 0; from < layer.nodes(); from += length) {
        HashRange part = new HashRange(layer.root(), layer.layer(), from, length, proof);
        byRange.put(part, parts.size());
        parts.add(part);
      }
    }
  }

  /** How much memory all of them will take. */
  static long bytes(List<MissingLayer> layers) {
    return layers.stream().mapToLong(layer -> (long) layer.nodes() * Sha256.BYTES).sum();
  }

  boolean isWhole() {
    return firstMissing == parts.size();
  }

  /** What to ask this one for now, if anything. */
  Optional<HashRange> next(Giver giver, long now) {
    if (giver.asked.size() >= MOST_ASKED) {
      return Optional.empty();
    }
    for (int part = firstMissing; part < parts.size(); part++) {
      Long last = askedAt.get(part);
      if (!here.containsKey(part)
          && (last == null || now - last > IMPATIENT_NANOS)
          && !giver.asked.containsKey(part)
          && !giver.refused.get(part)) {
        askedAt.put(part, now);
        giver.asked.put(part, now);
        return Optional.of(parts.get(part));
      }
    }
    return Optional.empty();
  }

  /**
   * A peer gave hashes; those that it was not asked for are nothing.
   *
   * @return whether it was asked for them
   * @throws Misconduct if they are not the file's
   */
  boolean arrived(Giver giver, HashRange range, byte[] hashes) throws Misconduct {
    Integer part = byRange.get(range);
    if (part == null || giver.asked.remove(part) == null) {
      return false;
    }
    if (!Merkle.proves(range.piecesRoot(), hashes, range.index(), range.length())) {
      throw new Misconduct(
          Misconduct.Kind.METADATA_WRONG, "hashes that are not below the root of their file");
    }
    here.putIfAbsent(part, hashes);
    while (here.containsKey(firstMissing)) {
      firstMissing++;
    }
    return true;
  }

  /** A peer has not got it; returns whether it was asked for it. */
  boolean rejected(Giver giver, HashRange range) {
    Integer part = byRange.get(range);
    if (part == null || giver.asked.remove(part) == null) {
      return false;
    }
    giver.refused.set(part);
    askedAt.remove(part);
    return true;
  }

  /** A peer is gone; what it was asked for is asked of others. */
  void leave(Giver giver) {
    giver.asked.keySet().forEach(askedAt::remove);
    giver.asked.clear();
  }

  /** Whether it left a request unanswered for too long. */
  boolean isLate(Giver giver, long now) {
    return giver.asked.values().stream().anyMatch(at -> now - at > LATE_NANOS);
  }

  /** Whether it has refused all that is still missing. */
  boolean isUseless(Giver giver) {
    for (int part = firstMissing; part < parts.size(); part++) {
      if (!here.containsKey(part) && !giver.refused.get(part)) {
        return false;
      }
    }
    return true;
  }

  /** All of them, by their files' roots. Once it is whole. */
  Map<Sha256, byte[]> layers() {
    Map<Sha256, byte[]> all = new HashMap<>();
    for (MissingLayer layer : layers) {
      all.put(layer.root(), new byte[layer.nodes() * Sha256.BYTES]);
    }
    here.forEach(
        (part, hashes) -> {
          HashRange range = parts.get(part);
          byte[] layer = all.getOrDefault(range.piecesRoot(), new byte[0]);
          int from = range.index() * Sha256.BYTES;
          int length = Math.min(range.length() * Sha256.BYTES, layer.length - from);
          System.arraycopy(hashes, 0, layer, from, length);
        });
    return all;
  }
}
