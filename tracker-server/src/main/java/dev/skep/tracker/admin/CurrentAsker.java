package dev.skep.tracker.admin;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.admin.views.Sight;
import jakarta.enterprise.context.RequestScoped;
import java.net.URI;

/** Who asks, and what that one may read; nothing until {@link AskerFilter} has found out. */
@RequestScoped
public class CurrentAsker {
  private Sight sight = Sight.NOTHING;
  private String passkey = "";
  private IpAddress from = new IpAddress(0, 0);

  void admit(Sight may, String withPasskey, IpAddress address) {
    sight = may;
    passkey = withPasskey;
    from = address;
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

  /** Where the request comes from. */
  public IpAddress from() {
    return from;
  }
}
