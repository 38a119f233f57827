package dev.skep.agent.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import dev.skep.protocol.dht.DhtItem;
import dev.skep.protocol.dht.NodeId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The items that this node keeps (BEP 44), for two hours each. Bounded in all, and in what one
 * network may bring; what was put least lately gives way.
 */
final class ItemStore {
  static final int MOST_ITEMS = 4_000;
  private static final int MOST_OF_NETWORK = 200;
  private static final long KEPT_NANOS = 2 * 3_600 * 1_000_000_000L;

  /** Why one is not kept. */
  enum Refusal {
    NOT_CANONICAL(203, "the value is not written as bencode has to be"),
    TOO_LONG(205, "a value is at most 1000 bytes long"),
    NOT_SIGNED(206, "the signature does not fit"),
    SALT_TOO_LONG(207, "a salt is at most 64 bytes long"),
    NOT_EXPECTED(301, "another sequence number is here than was expected"),
    TOO_OLD(302, "a later one is here"),
    NO_ROOM(202, "no room");

    private final int code;
    private final String text;

    Refusal(int code, String text) {
      this.code = code;
      this.text = text;
    }

    int code() {
      return code;
    }

    String text() {
      return text;
    }
  }

  private record Kept(DhtItem item, Endpoint by, long at) {}

  private final LinkedHashMap<NodeId, Kept> all = new LinkedHashMap<>();
  private final Map<Networks.Network, Integer> perNetwork = new HashMap<>();

  /** Keeps one, or says why not. */
  Optional<Refusal> put(DhtItem item, OptionalLong expected, Endpoint by, long now) {
    if (item.value().rawLength() > DhtItem.MOST_VALUE_BYTES) {
      return Optional.of(Refusal.TOO_LONG);
    }
    if (!isCanonical(item.value())) {
      return Optional.of(Refusal.NOT_CANONICAL);
    }
    NodeId target = item.target();
    Kept before = all.get(target);
    Optional<Refusal> refusal =
        item instanceof DhtItem.Mutable signed ? look(signed, expected, before) : Optional.empty();
    if (refusal.isPresent()) {
      return refusal;
    }
    if (before == null
        && Networks.isPublic(by)
        && perNetwork.getOrDefault(Networks.of(by.address()), 0) >= MOST_OF_NETWORK) {
      return Optional.of(Refusal.NO_ROOM);
    }
    if (before != null) {
      remove(target);
    }
    all.put(target, new Kept(item, by, now)); // last in the order of being put
    perNetwork.merge(Networks.of(by.address()), 1, Integer::sum);
    if (all.size() > MOST_ITEMS) {
      remove(all.firstEntry().getKey());
    }
    return Optional.empty();
  }

  /** Datagrams are read leniently, and items must not be. */
  private static boolean isCanonical(BValue value) {
    try {
      Bencode.decode(value.rawBytes());
      return true;
    } catch (BencodeException e) {
      return false;
    }
  }

  private static Optional<Refusal> look(
      DhtItem.Mutable signed, OptionalLong expected, @Nullable Kept kept) {
    if (signed.salt().length() > DhtItem.MOST_SALT_BYTES) {
      return Optional.of(Refusal.SALT_TOO_LONG);
    }
    if (kept != null && kept.item() instanceof DhtItem.Mutable before) {
      if (expected.isPresent() && expected.getAsLong() != before.sequence()) {
        return Optional.of(Refusal.NOT_EXPECTED);
      }
      if (signed.sequence() < before.sequence()
          || (signed.sequence() == before.sequence() && !signed.value().equals(before.value()))) {
        return Optional.of(Refusal.TOO_OLD);
      }
    }
    return signed.isGenuine() ? Optional.empty() : Optional.of(Refusal.NOT_SIGNED);
  }

  private void remove(NodeId target) {
    Kept gone = all.remove(target);
    if (gone != null) {
      perNetwork.computeIfPresent(
          Networks.of(gone.by().address()), (_, count) -> count == 1 ? null : count - 1);
    }
  }

  Optional<DhtItem> get(NodeId target, long now) {
    return Optional.ofNullable(all.get(target))
        .filter(kept -> now - kept.at() <= KEPT_NANOS)
        .map(Kept::item);
  }

  /** Forgets some of what was put long ago. */
  void expire(int atMost, long now) {
    for (int i = 0; i < atMost && !all.isEmpty(); i++) {
      Map.Entry<NodeId, Kept> oldest = all.firstEntry();
      if (now - oldest.getValue().at() <= KEPT_NANOS) {
        return;
      }
      remove(oldest.getKey());
    }
  }

  int size() {
    return all.size();
  }
}
