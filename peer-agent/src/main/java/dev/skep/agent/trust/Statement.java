package dev.skep.agent.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.InfoHash;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * That a torrent was published: what a signature is of.
 *
 * @param name what the catalogue calls it
 * @param labels sorted, each once
 * @param published to the second
 */
public record Statement(InfoHash infoHash, String name, List<String> labels, Instant published) {
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String FORM = "skep-publication-1";

  /**
   * Any order of labels will do.
   *
   * @throws IllegalArgumentException if a name or label is none, so that two publications could not
   *     be told from one another by what is signed
   */
  public Statement {
    if (name.isEmpty() || name.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("its name has control characters, or is empty");
    }
    if (!labels.stream().allMatch(label -> LABEL.matcher(label).matches())) {
      throw new IllegalArgumentException("a label has other letters than A-Z a-z 0-9 . _ -");
    }
    labels = labels.stream().sorted().distinct().toList();
  }

  /** The bytes that are signed: a line each for form, hash, name, labels and time. */
  byte[] signedBytes() {
    return String.join(
            "\n",
            FORM,
            infoHash.hex(),
            name,
            String.join(",", labels),
            Long.toString(published.getEpochSecond()),
            "")
        .getBytes(UTF_8);
  }
}
