package dev.skep.tracker.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** To whom a tracker is open, beside its lists. */
public enum Mode {
  /** Everybody may announce everything. */
  OPEN(false, false),
  /** Everybody may announce what is in the catalogue or on the allow list. */
  REGISTERED(true, false),
  /** Who has a passkey may announce everything. */
  PRIVATE(false, true),
  /** Who has a passkey may announce what is in the catalogue or on the allow list. */
  PRIVATE_REGISTERED(true, true);

  private final boolean registeredOnly;
  private final boolean passkeyRequired;

  Mode(boolean registeredOnly, boolean passkeyRequired) {
    this.registeredOnly = registeredOnly;
    this.passkeyRequired = passkeyRequired;
  }

  /** The one with these two properties. */
  public static Mode of(boolean registeredOnly, boolean passkeyRequired) {
    if (passkeyRequired) {
      return registeredOnly ? PRIVATE_REGISTERED : PRIVATE;
    }
    return registeredOnly ? REGISTERED : OPEN;
  }

  /**
   * The one of this name, as in {@code private-registered}.
   *
   * @throws IllegalArgumentException if there is none; the message says which there are
   */
  public static Mode of(String name) {
    Optional<Mode> named =
        Arrays.stream(values()).filter(mode -> mode.text().equals(name)).findFirst();
    return named.orElseThrow(
        () ->
            new IllegalArgumentException(
                "a mode is one of "
                    + Arrays.stream(values()).map(Mode::text).collect(Collectors.joining(", "))));
  }

  /** Its name in lower case, with a hyphen. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether only torrents of the catalogue and the allow list may be announced. */
  boolean registeredOnly() {
    return registeredOnly;
  }

  /** Whether every announce needs a passkey that was given out. */
  boolean passkeyRequired() {
    return passkeyRequired;
  }
}
