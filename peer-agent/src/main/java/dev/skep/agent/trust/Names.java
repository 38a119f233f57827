package dev.skep.agent.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When each name was last published, of what was taken: an older one that comes later was played
 * again. Not for many threads.
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
  public boolean isReplayed(Statement statement) {
    return statement.published().isBefore(latest.getOrDefault(statement.name(), Instant.MIN));
  }

  /**
   * It is taken.
   *
   * @return whether that is news
   */
  public boolean take(Statement statement) {
    Instant before = latest.getOrDefault(statement.name(), Instant.MIN);
    boolean news = statement.published().isAfter(before);
    if (news) {
      latest.put(statement.name(), statement.published());
    }
    return news;
  }
}
