package dev.skep.tracker.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.digest.Digests;
import dev.skep.tracker.access.AccessLists.Kind;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Access lists in the form that announces are checked against. What it answers never changes but by
 * the time of day; safe for many threads.
 */
final class Rules {
  private static final int FINGERPRINT_BYTES = 8;

  private final AccessLists own;
  private final AccessLists ofFile;
  private final boolean confirmed;
  private final Mode mode;
  private final Set<InfoHash> allowedTorrents;
  private final Set<InfoHash> deniedTorrents;
  private final AddressBlocks allowedNetworks;
  private final AddressBlocks deniedNetworks;
  private final ClientPrefixes allowedClients;
  private final ClientPrefixes deniedClients;
  private final Map<String, GivenSecret> passkeys;
  private final List<GivenSecret> tokens;
  private final String fingerprint;

  /**
   * Passkeys that came, so that each is hashed once and not with each announce; as many as were
   * given out at most, since only those are remembered.
   */
  private final Map<String, GivenSecret> seen = new ConcurrentHashMap<>();

  /**
   * @param own what the API changes, and is kept
   * @param ofFile what an operator's file has
   * @param confirmed whether they are what an administrator last saw
   * @param configured to whom the tracker is open where neither says so
   */
  Rules(AccessLists own, AccessLists ofFile, boolean confirmed, Mode configured) {
    this.own = own;
    this.ofFile = ofFile;
    this.confirmed = confirmed;
    this.mode = ofFile.mode().or(own::mode).orElse(configured);
    AccessLists all = own.and(ofFile);
    allowedTorrents = hashes(all, Kind.ALLOWED_TORRENTS);
    deniedTorrents = hashes(all, Kind.DENIED_TORRENTS);
    allowedNetworks = blocks(all, Kind.ALLOWED_NETWORKS);
    deniedNetworks = blocks(all, Kind.DENIED_NETWORKS);
    allowedClients = ClientPrefixes.of(all.entries(Kind.ALLOWED_CLIENTS).keySet());
    deniedClients = ClientPrefixes.of(all.entries(Kind.DENIED_CLIENTS).keySet());
    passkeys =
        all.secrets().stream()
            .filter(secret -> secret.grant() == Grant.PASSKEY)
            .collect(Collectors.toUnmodifiableMap(GivenSecret::sha256, Function.identity()));
    tokens = all.secrets().stream().filter(secret -> secret.grant() != Grant.PASSKEY).toList();
    String text = mode.text() + '\n' + ListLines.write(all);
    byte[] hash = Digests.sha256().digest(text.getBytes(UTF_8));
    fingerprint = HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
  }

  private static Set<InfoHash> hashes(AccessLists lists, Kind kind) {
    return lists.entries(kind).keySet().stream()
        .map(InfoHash::fromHex)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static AddressBlocks blocks(AccessLists lists, Kind kind) {
    return AddressBlocks.of(lists.entries(kind).keySet().stream().map(Cidr::parse).toList());
  }

  AccessLists own() {
    return own;
  }

  AccessLists ofFile() {
    return ofFile;
  }

  boolean confirmed() {
    return confirmed;
  }

  /** To whom the tracker is open. */
  Mode mode() {
    return mode;
  }

  /** Another one with other lists. */
  String fingerprint() {
    return fingerprint;
  }

  // Where no list is looked into, the compiler sees that hash, address and peer id need not be made
  // at all.

  boolean denies(InfoHash infoHash) {
    return !deniedTorrents.isEmpty() && deniedTorrents.contains(infoHash);
  }

  boolean deniesSome() {
    return !deniedTorrents.isEmpty();
  }

  boolean allows(InfoHash infoHash) {
    return allowedTorrents.contains(infoHash);
  }

  boolean keepsOut(IpAddress from) {
    return (!deniedNetworks.isEmpty() && deniedNetworks.contain(from))
        || (!allowedNetworks.isEmpty() && !allowedNetworks.contain(from));
  }

  boolean keepsOut(PeerId client) {
    return (!deniedClients.isEmpty() && deniedClients.match(client))
        || (!allowedClients.isEmpty() && !allowedClients.match(client));
  }

  /** The passkey that this is, expired or not. */
  Optional<GivenSecret> passkey(String text) {
    GivenSecret known = seen.get(text);
    if (known != null) {
      return Optional.of(known);
    }
    if (text.isEmpty() || passkeys.isEmpty()) {
      return Optional.empty();
    }
    Optional<GivenSecret> found = Optional.ofNullable(passkeys.get(GivenSecret.hexHash(text)));
    found.ifPresent(secret -> seen.put(text, secret));
    return found;
  }

  /** The token that this is; takes the same time whichever it is, and if it is none. */
  Optional<GivenSecret> token(String text, Instant now) {
    byte[] hash = GivenSecret.hash(text);
    Optional<GivenSecret> found = Optional.empty();
    for (GivenSecret token : tokens) {
      if (token.is(hash)) {
        found = Optional.of(token);
      }
    }
    return found.filter(token -> token.isGood(now));
  }
}
