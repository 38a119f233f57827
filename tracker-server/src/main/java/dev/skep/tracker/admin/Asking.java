package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import jakarta.enterprise.context.RequestScoped;
import java.util.function.Predicate;

/** What the asker of this request may read; nothing until {@link AskerFilter} has found out. */
@RequestScoped
public class Asking {
  private Sight sight = new Sight(_ -> false, false);
  private String passkey = "";

  /**
   * Which torrents somebody may read of.
   *
   * @param all whether these are all there are
   */
  public record Sight(Predicate<InfoHash> visible, boolean all) {
    /** What administrators see, and everybody where all may announce everything. */
    public static final Sight EVERYTHING = new Sight(_ -> true, true);

    boolean holds(InfoHash hash) {
      return all || visible.test(hash);
    }
  }

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
