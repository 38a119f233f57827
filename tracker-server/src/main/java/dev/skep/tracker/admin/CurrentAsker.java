package dev.skep.tracker.admin;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.access.Actor;
import dev.skep.tracker.access.Grant;
import dev.skep.tracker.admin.views.Sight;
import dev.skep.tracker.announce.PathPrefix;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Who asks, and what that one may read; nothing until {@link AskerFilter} has found out. */
@RequestScoped
public class CurrentAsker {
  private final PathPrefix prefix;
  private Sight sight = Sight.NOTHING;
  private String passkey = "";
  private IpAddress from = new IpAddress(0, 0);
  private Optional<String> secret = Optional.empty();
  private Optional<Sessions.Session> session = Optional.empty();
  private String who = "nobody in particular";
  private Optional<Grant> grant = Optional.empty();
  private boolean vouched;
  private BooleanSupplier lasting = () -> false;

  @Inject
  public CurrentAsker(PathPrefix prefix) {
    this.prefix = prefix;
  }

  void admit(Sight may, String withPasskey, IpAddress address) {
    sight = may;
    passkey = withPasskey;
    from = address;
  }

  void admitAsLongAs(BooleanSupplier good) {
    lasting = good;
  }

  /** What says, also after this request was answered, whether the asker may still read. */
  public BooleanSupplier lasting() {
    return lasting;
  }

  void vouchFor() {
    vouched = true;
  }

  /** Whether it brought a passkey or a token of this tracker's. */
  boolean isVouchedFor() {
    return vouched;
  }

  void brings(String token) {
    secret = Optional.of(token);
  }

  void comesBy(Sessions.Session known) {
    session = Optional.of(known);
  }

  /** What this asker sent as its token, itself and not by a session. */
  Optional<String> secret() {
    return secret;
  }

  /** The session by which this asker comes. */
  Optional<Sessions.Session> session() {
    return session;
  }

  /** The same of who brought a token, in words. */
  void admitHolder(String token, Grant goodFor, String withPasskey, IpAddress address) {
    admit(Sight.EVERYTHING, withPasskey, address);
    who = token;
    grant = Optional.of(goodFor);
  }

  /** Whether it has a token that is good for so much. */
  boolean may(Grant needed) {
    return grant.filter(goodFor -> goodFor.covers(needed)).isPresent();
  }

  /** What its token is good for, in a word. */
  String may() {
    return grant.map(Grant::text).orElse("announce");
  }

  /** Which torrents this asker may read of. */
  public Sight sight() {
    return sight;
  }

  /** The passkey in the query, for links; empty if there is none. */
  public String passkey() {
    return passkey;
  }

  /**
   * Where this asker may announce.
   *
   * @param base under which the tracker was asked
   */
  public String announceUrl(URI base) {
    return base.resolve(seen(passkey.isEmpty() ? "/" : "/" + passkey + "/")) + "announce";
  }

  /** What stands before all paths of the tracker, as those see them who ask. */
  public String prefix() {
    return prefix.text();
  }

  /** Where a path of the tracker is, as those see it who ask. */
  public URI seen(String path) {
    return URI.create(prefix.text() + path);
  }

  /** As whom the audit log knows who asks. */
  Actor actor() {
    return new Actor(who, Optional.of(from));
  }

  /** Where the request comes from. */
  public IpAddress from() {
    return from;
  }
}
