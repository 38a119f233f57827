package dev.skep.tracker.announce;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Who may announce what. Asked on every announce and scrape, by many threads at once: an answer
 * comes from memory, blocks on nothing and, where all may, allocates nothing.
 */
public interface Access {
  /** Lets everybody announce everything. */
  Access OPEN = (infoHash, passkey, from) -> Verdict.ALLOWED;

  /**
   * Decides one scrape: whether this asker may know of a torrent's swarm.
   *
   * @param passkey what stood in the URL before {@code /scrape}, empty if nothing did
   * @param from the asker's address
   */
  Verdict mayKnow(InfoHash infoHash, String passkey, IpAddress from);

  /**
   * Decides one announce. Who may not know of a torrent may not announce it.
   *
   * @param client the peer's id, which begins with its client's name (BEP 20)
   */
  default Verdict mayAnnounce(InfoHash infoHash, String passkey, IpAddress from, PeerId client) {
    return mayKnow(infoHash, passkey, from);
  }

  /** Whether this is a passkey that was given out and is good. */
  default boolean vouchesFor(String passkey) {
    return false;
  }

  /** Allowed, or refused and why. */
  sealed interface Verdict {
    Verdict ALLOWED = new Allowed();

    /** May announce. */
    record Allowed() implements Verdict {}

    /**
     * May not.
     *
     * @param reason what the client shows its user; one short line
     * @param retryIn when to ask again (BEP 31); empty for the client's own judgement
     */
    record Refused(String reason, Optional<Duration> retryIn) implements Verdict {}
  }
}
