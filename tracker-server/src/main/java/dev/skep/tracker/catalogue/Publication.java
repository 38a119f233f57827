package dev.skep.tracker.catalogue;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is said of a torrent by who publishes it.
 *
 * @param labels what it belongs to; sorted, none twice
 * @param published when; whole seconds
 * @param signature of it, if there is one
 */
public record Publication(List<String> labels, Instant published, Optional<Signature> signature) {
  /** Most labels of one torrent. */
  public static final int MOST_LABELS = 16;

  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /**
   * A signature as it was given; who follows the catalogue judges it.
   *
   * @param signature in Base64
   * @param signer the public key, in Base64
   */
  public record Signature(String signature, String signer) {}

  public Publication {
    labels = labels.stream().map(String::intern).sorted().distinct().toList();
    published = published.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Nothing but when. */
  public static Publication at(Instant published) {
    return new Publication(List.of(), published, Optional.empty());
  }

  /**
   * Checks labels.
   *
   * @throws RegistrationException if one is none, or there are too many
   */
  public static void check(Collection<String> labels) throws RegistrationException {
    if (labels.size() > MOST_LABELS) {
      throw RegistrationException.wrong("a torrent has at most " + MOST_LABELS + " labels");
    }
    for (String label : labels) {
      if (!isLabel(label)) {
        throw RegistrationException.wrong(
            "a label has 1 to 64 of the signs A-Z a-z 0-9 . _ - and begins with a letter or digit");
      }
    }
  }

  /** Whether a torrent may have it for a label. */
  public static boolean isLabel(String text) {
    return LABEL.matcher(text).matches();
  }
}
