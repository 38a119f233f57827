package dev.skep.tracker.admin;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.access.Actor;
import dev.skep.tracker.access.Grant;
import dev.skep.tracker.admin.views.Sight;
import jakarta.enterprise.context.RequestScoped;
import java.net.URI;
import java.util.Optional;

/** Who asks, and what that one may read; nothing until {@link AskerFilter} has found out. */
@RequestScoped
public class CurrentAsker {
  private Sight sight = Sight.NOTHING;
  private String passkey = "";
  private IpAddress from = new IpAddress(0, 0);
  private Optional<String> secret = Optional.empty();
  private Optional<Sessions.Session> session = Optional.empty();
  private String who = "nobody in particular";
  private Optional<Grant> grant = Optional.empty();

  void admit(Sight may, String withPasskey, IpAddress address) {
    sight = may;
    passkey = withPasskey;
    from = address;
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
    return base.resolve(passkey.isEmpty() ? "/" : "/" + passkey + "/") + "announce";
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
