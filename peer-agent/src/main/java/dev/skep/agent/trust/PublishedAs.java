package dev.skep.agent.trust;

import dev.skep.protocol.InfoHash;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a catalogue is told of a torrent that is put into it. */
public final class PublishedAs {
  private PublishedAs() {}

  /**
   * Its parameters, for a request to the catalogue.
   *
   * @param key signs it, if there is one
   * @throws IllegalArgumentException if it cannot be signed under that name or label
   */
  public static Map<String, List<String>> of(
      InfoHash torrent, String name, List<String> labels, Optional<SigningKey> key, Instant now) {
    Map<String, List<String>> about = new LinkedHashMap<>();
    about.put("name", List.of(name));
    if (!labels.isEmpty()) {
      about.put("label", labels);
    }
    if (key.isPresent()) {
      Instant published = now.truncatedTo(ChronoUnit.SECONDS);
      Signature signature = key.get().sign(new Statement(torrent, name, labels, published));
      about.put("signature", List.of(signature.bytes()));
      about.put("signer", List.of(signature.signer()));
      about.put("published", List.of(Long.toString(published.getEpochSecond())));
    }
    return about;
  }
}
