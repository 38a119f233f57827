package dev.skep.agent.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When the latest publication of each name was that was taken: an older one that comes later was
 * played again. Not for many threads.
 */
public final class Names {
  private final Map<String, Instant> latest = new HashMap<>();

  /** What {@link #text} made; lines that are none are left out. */
  public static Names of(byte[] text) {
    Names names = new Names();
    for (String line : new String(text, UTF_8).lines().toList()) {
      if (line.matches("\\d{1,12} .+")) {
        int blank = line.indexOf(' ');
        names.latest.put(
            line.substring(blank + 1),
            Instant.ofEpochSecond(Long.parseLong(line.substring(0, blank))));
      }
    }
    return names;
  }

  /** For {@link #of}. */
  public byte[] text() {
    List<String> lines = new ArrayList<>();
    latest.forEach((name, at) -> lines.add(at.getEpochSecond() + " " + name + "\n"));
    return String.join("", lines).getBytes(UTF_8);
  }

  /** Whether a later one of its name was there before. */
  public boolean isReplayed(Publication publication) {
    return publication.published().isBefore(latest.getOrDefault(publication.name(), Instant.MIN));
  }

  /**
   * It is taken.
   *
   * @return whether that is news
   */
  public boolean take(Publication publication) {
    Instant before = latest.getOrDefault(publication.name(), Instant.MIN);
    boolean news = publication.published().isAfter(before);
    if (news) {
      latest.put(publication.name(), publication.published());
    }
    return news;
  }
}
