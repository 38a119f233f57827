package dev.skep.tracker.rollout;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far a host is with a rollout's torrent. */
public enum HostState {
  /** Nobody of that name was ever heard of. */
  UNSEEN,
  /** Its agent was heard of, but said nothing of this torrent. */
  WAITING,
  /** It fetches. */
  DOWNLOADING,
  /** It ought to fetch, and nothing comes or nothing is heard. */
  STALLED,
  /** It does not go on by itself. */
  FAILED,
  /** All bytes are right and at their place. */
  VERIFIED,
  /** And what was to be done then ended well. */
  HOOKED;

  /** As it is shown. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one that is shown so. */
  public static Optional<HostState> of(String word) {
    return Arrays.stream(values()).filter(state -> state.word().equals(word)).findFirst();
  }
}
