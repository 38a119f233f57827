package dev.skep.agent.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.library.Library;
import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Torrents that somebody removed here, or a goal did, though a follow wants them: they are not
 * fetched again as long as its catalogue carries them. Kept in the library. Safe for many threads.
 */
public final class Declined {
  private static final String NOTE = "declined";
  private static final int MOST = 100_000;

  private final Library library;
  private final Map<InfoHash, String> origins = new HashMap<>();

  private Declined(Library library) {
    this.library = library;
  }

  static Declined open(Library library) throws IOException {
    Declined declined = new Declined(library);
    String text = new String(library.note(NOTE).orElse(new byte[0]), UTF_8);
    for (String line : text.lines().toList()) {
      if (line.matches("[0-9a-f]{40} .+")) { // a torn line costs itself
        declined.origins.put(InfoHash.fromHex(line.substring(0, 40)), line.substring(41));
      }
    }
    return declined;
  }

  synchronized void add(InfoHash hash, String origin) throws IOException {
    if (origins.size() < MOST && origins.putIfAbsent(hash, origin) == null) {
      keep();
    }
  }

  public synchronized boolean has(InfoHash hash) {
    return origins.containsKey(hash);
  }

  /**
   * Forgets those that the catalogue carries no more.
   *
   * @param origin whose they are
   * @param carried what its catalogue carries
   */
  public synchronized void keepOnly(String origin, Set<InfoHash> carried) throws IOException {
    boolean changed =
        origins
            .entrySet()
            .removeIf(each -> each.getValue().equals(origin) && !carried.contains(each.getKey()));
    if (changed) {
      keep();
    }
  }

  private void keep() throws IOException {
    List<String> lines = new ArrayList<>();
    origins.forEach((hash, origin) -> lines.add(hash.hex() + " " + origin + "\n"));
    library.keepNote(NOTE, String.join("", lines).getBytes(UTF_8));
  }
}
