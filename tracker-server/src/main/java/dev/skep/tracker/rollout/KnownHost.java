package dev.skep.tracker.rollout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.digest.Digests;
import dev.skep.protocol.tracker.HostIdentity;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine whose agent was heard of. Immutable: what it says next makes another one.
 *
 * @param idHash SHA-256 of its agent's id, in hexadecimal digits: the id itself is kept nowhere
 * @param labels what it said last that it belongs to
 * @param address where it was heard from last
 * @param claimedFrom where its name was used first
 * @param since when that was
 * @param heard when it said something last
 * @param vouched whether it ever spoke with a passkey or a token of this tracker
 * @param alsoFrom where another machine uses its name, which is not believed
 * @param said of torrents, the one that was said last last; at most {@value #MOST_SAID}
 */
public record KnownHost(
    String name,
    String idHash,
    List<String> labels,
    IpAddress address,
    IpAddress claimedFrom,
    Instant since,
    Instant heard,
    boolean vouched,
    Optional<IpAddress> alsoFrom,
    Map<InfoHash, Said> said) {
  /** Of how many torrents it is known what a host said of them. */
  static final int MOST_SAID = 8;

  // What they take of the heap, with all that only they refer to (KnownHostTest).
  private static final int OWN_BYTES = 512;
  private static final int LABEL_BYTES = 48;
  private static final int SAID_BYTES = 296;
  private static final int HELD_BYTES = 88;

  /** A host that is heard of first. */
  static KnownHost first(HostIdentity who, IpAddress from, boolean vouched, Instant now) {
    return new KnownHost(
        who.name(),
        hash(who.id()),
        who.labels(),
        from,
        from,
        now,
        now,
        vouched,
        Optional.empty(),
        Map.of());
  }

  /** What is kept of an id. */
  static String hash(String id) {
    return HexFormat.of().formatHex(Digests.sha256().digest(id.getBytes(US_ASCII)));
  }

  /** The heap that it takes, or somewhat more. */
  int bytes() {
    int bytes = OWN_BYTES + name.length();
    for (String label : labels) {
      bytes += LABEL_BYTES + label.length();
    }
    for (Said one : said.values()) {
      bytes += SAID_BYTES + Character.BYTES * one.reason().map(String::length).orElse(0);
      bytes += one.held().map(pieces -> HELD_BYTES + pieces.length()).orElse(0);
    }
    return bytes;
  }

  /** Whether it is the one that says so; takes as long for every answer. */
  boolean is(String otherIdHash) {
    return MessageDigest.isEqual(idHash.getBytes(US_ASCII), otherIdHash.getBytes(US_ASCII));
  }

  /** The same host, which said something again. */
  KnownHost again(List<String> itsLabels, IpAddress from, boolean vouchedNow, Instant now) {
    return new KnownHost(
        name,
        idHash,
        itsLabels,
        from,
        claimedFrom,
        since,
        now,
        vouched || vouchedNow,
        alsoFrom,
        said);
  }

  /**
   * The same host, which said something of a torrent.
   *
   * @param most torrents that it is remembered of, at least 1
   */
  KnownHost saying(InfoHash torrent, Said what, int most) {
    var latest = new LinkedHashMap<>(said);
    Said before = latest.remove(torrent);
    latest.put(torrent, before == null ? what : what.after(before));
    while (latest.size() > most) {
      latest.pollFirstEntry();
    }
    return new KnownHost(
        name, idHash, labels, address, claimedFrom, since, heard, vouched, alsoFrom, latest);
  }

  /** The same host, of which it is not known any more what it has. */
  KnownHost bare() {
    var latest = new LinkedHashMap<InfoHash, Said>();
    said.forEach((torrent, what) -> latest.put(torrent, what.bare()));
    return new KnownHost(
        name, idHash, labels, address, claimedFrom, since, heard, vouched, alsoFrom, latest);
  }

  /** The same host, whose name another one claims. */
  KnownHost claimed(IpAddress by) {
    return new KnownHost(
        name, idHash, labels, address, claimedFrom, since, heard, vouched, Optional.of(by), said);
  }
}
