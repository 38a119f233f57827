package dev.skep.tracker.access;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.access.AccessLists.Kind;
import dev.skep.tracker.announce.Access;
import dev.skep.tracker.catalogue.Catalogue;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Decides announces by the access lists, the catalogue and two settings. A change of the lists
 * holds only after its keeper has it; announces see the old lists or the new ones, never a mixture,
 * and wait for neither.
 */
public final class AccessRules implements Access {
  private static final int FINGERPRINT_BYTES = 8;
  private static final Verdict LOST =
      refused("this tracker lost its access lists; its administrator has to confirm them first");
  private static final Verdict DENIED_TORRENT = refused("this tracker does not serve this torrent");
  private static final Verdict NOT_REGISTERED =
      refused("this torrent is not registered with this tracker");
  private static final Verdict DENIED_NETWORK = refused("this tracker does not serve your address");
  private static final Verdict NO_PASSKEY =
      refused("this tracker needs a passkey: /PASSKEY/announce");
  private static final Verdict WRONG_PASSKEY = refused("this tracker does not know your passkey");

  private final Settings settings;
  private final Catalogue catalogue;
  private final Keeper keeper;
  private volatile Rules rules = new Rules(AccessLists.EMPTY, true);

  /**
   * What holds beside the lists.
   *
   * @param registeredOnly whether only torrents of the catalogue and the allow list may be
   *     announced
   * @param passkeyRequired whether every announce needs a passkey that was given out
   */
  public record Settings(boolean registeredOnly, boolean passkeyRequired) {}

  /** Keeps the lists, and whether they are confirmed; returns when that is committed. */
  @FunctionalInterface
  public interface Keeper {
    void put(byte[] lists, boolean confirmed) throws IOException;
  }

  public AccessRules(Settings settings, Catalogue catalogue, Keeper keeper) {
    this.settings = settings;
    this.catalogue = catalogue;
    this.keeper = keeper;
  }

  /** The lists in the form that announces are checked against. */
  private record Rules(
      AccessLists lists,
      boolean confirmed,
      Set<InfoHash> allowedTorrents,
      Set<InfoHash> deniedTorrents,
      List<Cidr> allowedNetworks,
      List<Cidr> deniedNetworks,
      Set<String> passkeys,
      String fingerprint) {
    Rules(AccessLists lists, boolean confirmed) {
      this(
          lists,
          confirmed,
          hashes(lists, Kind.ALLOWED_TORRENTS),
          hashes(lists, Kind.DENIED_TORRENTS),
          blocks(lists, Kind.ALLOWED_NETWORKS),
          blocks(lists, Kind.DENIED_NETWORKS),
          Set.copyOf(lists.entries(Kind.PASSKEYS).keySet()),
          fingerprint(lists));
    }

    private static Set<InfoHash> hashes(AccessLists lists, Kind kind) {
      return lists.entries(kind).keySet().stream()
          .map(InfoHash::fromHex)
          .collect(Collectors.toUnmodifiableSet());
    }

    private static String fingerprint(AccessLists lists) {
      try {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(lists.toBytes());
        return HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every JDK has SHA-256", e);
      }
    }

    private static List<Cidr> blocks(AccessLists lists, Kind kind) {
      return lists.entries(kind).keySet().stream().map(Cidr::parse).toList();
    }
  }

  /** Whether every announce needs a passkey. */
  public boolean passkeyRequired() {
    return settings.passkeyRequired();
  }

  /** The lists that hold now. */
  public AccessLists lists() {
    return rules.lists();
  }

  /**
   * Takes up what the keeper had before.
   *
   * @param confirmed false if lists were lost: who was denied is not known then, so all are until
   *     {@link #confirm}
   */
  public void restore(AccessLists lists, boolean confirmed) {
    rules = new Rules(lists, confirmed);
  }

  /** Whether the lists are those that an administrator made. */
  public boolean confirmed() {
    return rules.confirmed();
  }

  /**
   * After lists were lost: those that hold now are as they should be.
   *
   * @throws IOException if that could not be saved; then all are still denied
   */
  public synchronized void confirm() throws IOException {
    put(rules.lists(), true);
  }

  /**
   * Changes the lists.
   *
   * @throws IOException if that could not be saved; then the old ones hold
   */
  public synchronized void change(UnaryOperator<AccessLists> change) throws IOException {
    put(change.apply(rules.lists()), rules.confirmed());
  }

  private void put(AccessLists lists, boolean confirmed) throws IOException {
    keeper.put(lists.toBytes(), confirmed);
    rules = new Rules(lists, confirmed);
  }

  /** Who asks is judged first, so that a stranger does not hear which torrents there are. */
  @Override
  public Verdict mayAnnounce(InfoHash infoHash, String passkey, IpAddress from) {
    Rules now = rules;
    Verdict asker = mayAsk(now, passkey, from);
    return asker instanceof Verdict.Allowed ? serves(now, infoHash) : asker;
  }

  /** Whether this asker may announce any torrent at all. */
  public Verdict mayAsk(String passkey, IpAddress from) {
    return mayAsk(rules, passkey, from);
  }

  /** Whether anybody who may ask may announce this torrent. */
  public boolean serves(InfoHash infoHash) {
    return serves(rules, infoHash) instanceof Verdict.Allowed;
  }

  /** Whether anybody who may ask may announce this torrent if it is registered. */
  public boolean servesRegistered(InfoHash infoHash) {
    return !rules.deniedTorrents().contains(infoHash);
  }

  /** Another one with other lists. */
  public String fingerprint() {
    return rules.fingerprint();
  }

  /** Whether {@link #serves} is true of every torrent. */
  public boolean servesAll() {
    return !settings.registeredOnly() && rules.deniedTorrents().isEmpty();
  }

  /** Whether a passkey was given out. */
  public boolean knows(String passkey) {
    return rules.passkeys().contains(passkey);
  }

  // Where no list is looked into, the compiler sees that hash and address need not be made at all.

  private Verdict mayAsk(Rules now, String passkey, IpAddress from) {
    if (!now.confirmed()) {
      return LOST;
    }
    if ((!now.deniedNetworks().isEmpty() && in(now.deniedNetworks(), from))
        || (!now.allowedNetworks().isEmpty() && !in(now.allowedNetworks(), from))) {
      return DENIED_NETWORK;
    }
    if (settings.passkeyRequired() && !now.passkeys().contains(passkey)) {
      return passkey.isEmpty() ? NO_PASSKEY : WRONG_PASSKEY;
    }
    return Verdict.ALLOWED;
  }

  private Verdict serves(Rules now, InfoHash infoHash) {
    if (!now.deniedTorrents().isEmpty() && now.deniedTorrents().contains(infoHash)) {
      return DENIED_TORRENT;
    }
    if (settings.registeredOnly()
        && !catalogue.contains(infoHash)
        && !now.allowedTorrents().contains(infoHash)) {
      return NOT_REGISTERED;
    }
    return Verdict.ALLOWED;
  }

  private static boolean in(List<Cidr> blocks, IpAddress address) {
    for (int i = 0; i < blocks.size(); i++) { // no iterator: this is the announce path
      if (blocks.get(i).contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static Verdict refused(String reason) {
    return new Verdict.Refused(reason, Optional.empty());
  }
}
