package dev.skep.agent.webseed;

import java.util.Optional;

/**
 * One web server of a torrent at one moment.
 *
 * @param url for people: without credentials
 * @param problem why it is not asked, or for which files not, in words that follow its name
 * @param retrySeconds when it is asked again; 0 where it need not wait
 * @param receivedBytes what it has sent of blocks in this session
 */
public record WebSeedStatus(
    String url, State state, Optional<String> problem, long retrySeconds, long receivedBytes) {
  /** What is done with it. */
  public enum State {
    /** It would be asked if there was anything to ask for. */
    IDLE,
    /** It is asked. */
    AT_WORK,
    /** It is asked again later. */
    BENCHED
  }
}
