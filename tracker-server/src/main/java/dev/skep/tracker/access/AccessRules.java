package dev.skep.tracker.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.announce.Access;
import dev.skep.tracker.catalogue.Catalogue;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Decides announces by the access lists, the mode and the catalogue. A change of lists or mode
 * holds only after its keeper and the audit log have it; announces see the old lists or the new
 * ones, never a mixture, and wait for neither.
 */
public final class AccessRules implements Access {
  private static final Logger LOG = System.getLogger(AccessRules.class.getName());
  private static final Verdict LOST =
      refused("this tracker lost its access lists; its administrator has to confirm them first");
  private static final Verdict DENIED_TORRENT = refused("this tracker does not serve this torrent");
  private static final Verdict NOT_REGISTERED =
      refused("this torrent is not registered with this tracker");
  private static final Verdict DENIED_NETWORK = refused("this tracker does not serve your address");
  private static final Verdict DENIED_CLIENT = refused("this tracker does not serve your client");
  private static final Verdict NO_PASSKEY =
      refused("this tracker needs a passkey: /PASSKEY/announce");
  private static final Verdict WRONG_PASSKEY = refused("this tracker does not know your passkey");
  private static final Verdict EXPIRED_PASSKEY =
      refused("your passkey has expired; ask this tracker's administrator for another");

  private final Mode configured;
  private final Catalogue catalogue;
  private final Keeper keeper;
  private final AuditLog audit;
  private final InstantSource clock;
  private volatile Rules rules;

  /** Keeps the lists, and whether they are confirmed; returns when that is committed. */
  @FunctionalInterface
  public interface Keeper {
    void put(byte[] lists, boolean confirmed) throws IOException;
  }

  /**
   * @param configured to whom the tracker is open as long as neither lists nor file say otherwise
   * @param clock the time of day, by which secrets expire
   */
  public AccessRules(
      Mode configured, Catalogue catalogue, Keeper keeper, AuditLog audit, InstantSource clock) {
    this.configured = configured;
    this.catalogue = catalogue;
    this.keeper = keeper;
    this.audit = audit;
    this.clock = clock;
    this.rules = new Rules(AccessLists.EMPTY, AccessLists.EMPTY, true, configured);
  }

  /** To whom the tracker is open. */
  public Mode mode() {
    return rules.mode();
  }

  /** Whether every announce needs a passkey. */
  public boolean passkeyRequired() {
    return rules.mode().passkeyRequired();
  }

  /** The lists that are changed here, as they hold now. */
  public AccessLists lists() {
    return rules.own();
  }

  /** The lists of the operator's file, as they hold now. */
  public AccessLists listsOfFile() {
    return rules.ofFile();
  }

  /** The time of day, by which secrets expire. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * Takes up what the keeper had before.
   *
   * @param confirmed false if lists were lost: who was denied is not known then, so all are until
   *     {@link #confirm}
   */
  public synchronized void restore(AccessLists lists, boolean confirmed) {
    rules = new Rules(lists, rules.ofFile(), confirmed, configured);
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
  public synchronized void confirm(Actor actor) throws IOException {
    audit.write(actor, "confirmed the lists");
    put(actor, rules.own(), true);
  }

  /**
   * Changes the lists.
   *
   * @throws IOException if that could not be saved; then the old ones hold
   * @throws IllegalArgumentException if {@code change} throws one; then too
   */
  public synchronized void change(Actor actor, UnaryOperator<AccessLists> change)
      throws IOException {
    AccessLists after = change.apply(rules.own());
    List<AccessChange> changes = AccessChange.between(rules.own(), after);
    if (!changes.isEmpty()) {
      audit.write(actor, changes);
      put(actor, after, rules.confirmed());
    }
  }

  private void put(Actor actor, AccessLists lists, boolean confirmed) throws IOException {
    try {
      keeper.put(ListLines.write(lists).getBytes(UTF_8), confirmed);
    } catch (IOException e) {
      audit.write(actor, "the change before did not happen: " + e.getMessage());
      throw e;
    }
    rules = new Rules(lists, rules.ofFile(), confirmed, configured);
  }

  /**
   * Takes up the lists of the operator's file at the start. What changed in it while no tracker ran
   * nobody saw, so that one line says how much there is.
   */
  synchronized void beginWithFile(Actor actor, AccessLists lists) {
    int entries = AccessChange.between(AccessLists.EMPTY, lists).size();
    try {
      audit.write(actor, "holds from the start; entries: %,d".formatted(entries));
    } catch (IOException e) {
      LOG.log(Level.WARNING, e.getMessage());
    }
    rules = new Rules(rules.own(), lists, rules.confirmed(), configured);
  }

  /**
   * From now on these are the lists of the operator's file.
   *
   * @throws IOException if the audit log cannot be written; then the old ones hold
   */
  synchronized void setListsOfFile(Actor actor, AccessLists lists) throws IOException {
    audit.write(actor, AccessChange.between(rules.ofFile(), lists));
    rules = new Rules(rules.own(), lists, rules.confirmed(), configured);
  }

  /** Who asks is judged first, so that a stranger does not hear which torrents there are. */
  @Override
  public Verdict mayAnnounce(InfoHash infoHash, String passkey, IpAddress from, PeerId client) {
    Rules now = rules;
    Verdict asker = mayAsk(now, passkey, from);
    if (!(asker instanceof Verdict.Allowed)) {
      return asker;
    }
    return now.keepsOut(client) ? DENIED_CLIENT : serves(now, infoHash);
  }

  @Override
  public Verdict mayKnow(InfoHash infoHash, String passkey, IpAddress from) {
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
    return !rules.denies(infoHash);
  }

  /** Another one with other lists. */
  public String fingerprint() {
    return rules.fingerprint();
  }

  /** Whether {@link #serves} is true of every torrent. */
  public boolean servesAll() {
    Rules now = rules;
    return !now.mode().registeredOnly() && !now.deniesSome();
  }

  /** Whether a passkey was given out, and has not expired. */
  public boolean knows(String passkey) {
    return rules.passkey(passkey).filter(secret -> secret.isGood(clock.instant())).isPresent();
  }

  @Override
  public boolean vouchesFor(String passkey) {
    return !passkey.isEmpty() && knows(passkey);
  }

  /** The token that this text is, if it was given out and has not expired. */
  Optional<GivenSecret> token(String text) {
    return rules.token(text, clock.instant());
  }

  private Verdict mayAsk(Rules now, String passkey, IpAddress from) {
    if (!now.confirmed()) {
      return LOST;
    }
    if (now.keepsOut(from)) {
      return DENIED_NETWORK;
    }
    return now.mode().passkeyRequired() ? admits(now, passkey) : Verdict.ALLOWED;
  }

  private Verdict admits(Rules now, String passkey) {
    Optional<GivenSecret> secret = now.passkey(passkey);
    if (secret.isEmpty()) {
      return passkey.isEmpty() ? NO_PASSKEY : WRONG_PASSKEY;
    }
    boolean lasts = secret.get().expires().isEmpty() || secret.get().isGood(clock.instant());
    return lasts ? Verdict.ALLOWED : EXPIRED_PASSKEY;
  }

  private Verdict serves(Rules now, InfoHash infoHash) {
    if (now.denies(infoHash)) {
      return DENIED_TORRENT;
    }
    if (now.mode().registeredOnly() && !catalogue.contains(infoHash) && !now.allows(infoHash)) {
      return NOT_REGISTERED;
    }
    return Verdict.ALLOWED;
  }

  private static Verdict refused(String reason) {
    return new Verdict.Refused(reason, Optional.empty());
  }
}
