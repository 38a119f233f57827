package dev.skep.tracker.admin;

import dev.skep.tracker.admin.views.Sight;
import jakarta.enterprise.context.RequestScoped;

/** What the asker of this request may read; nothing until {@link AskerFilter} has found out. */
@RequestScoped
public class CurrentAsker {
  private Sight sight = new Sight(_ -> false, false);
  private String passkey = "";

  void admit(Sight may, String withPasskey) {
    sight = may;
    passkey = withPasskey;
  }

  /** Which torrents this asker may read of. */
  public Sight sight() {
    return sight;
  }

  /** The passkey in the query, for links; empty if there is none. */
  public String passkey() {
    return passkey;
  }
}
