package dev.skep.agent.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.library.Library;
import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which torrent was made of which file or folder, and of what state of it; and which of them are to
 * be forgotten. Kept in the library: nothing is read again that has not changed, and nothing that
 * was begun is left half done. Not for many threads.
 */
final class SeedBook {
  private static final String NOTE = "seeded";
  private static final Pattern MADE =
      Pattern.compile("([0-9a-f]{40}) ([0-9a-f]{64}) ([01]) (/.*)", Pattern.DOTALL);
  private static final Pattern OVER = Pattern.compile("([0-9a-f]{40}) over (/.*)", Pattern.DOTALL);
  private static final String END = "\0";

  /**
   * A torrent that was made.
   *
   * @param state what the file or folder was like
   * @param published whether the tracker knows of it
   */
  record Made(InfoHash hash, String state, boolean published) {}

  private final Library library;
  private final Map<Path, Made> made = new HashMap<>();
  private final Map<InfoHash, Path> over = new HashMap<>();

  private SeedBook(Library library) {
    this.library = library;
  }

  static SeedBook open(Library library) throws IOException {
    SeedBook book = new SeedBook(library);
    String text = new String(library.note(NOTE).orElse(new byte[0]), UTF_8);
    for (String line : text.split(END, -1)) { // what is none costs itself
      Matcher m = MADE.matcher(line);
      Matcher o = OVER.matcher(line);
      if (m.matches()) {
        boolean published = m.group(3).equals("1");
        book.made.put(
            Path.of(m.group(4)), new Made(InfoHash.fromHex(m.group(1)), m.group(2), published));
      } else if (o.matches()) {
        book.over.put(InfoHash.fromHex(o.group(1)), Path.of(o.group(2)));
      }
    }
    return book;
  }

  Map<Path, Made> all() {
    return Map.copyOf(made);
  }

  Optional<Made> of(Path path) {
    return Optional.ofNullable(made.get(path));
  }

  /** What is to be forgotten, and the file or folder that it was made of. */
  Map<InfoHash, Path> over() {
    return Map.copyOf(over);
  }

  /** It is this torrent now, and what it was before is to be forgotten. */
  void put(Path path, Made now) throws IOException {
    Made before = made.put(path, now);
    if (!now.equals(before)) {
      isOver(path, before == null ? Optional.empty() : Optional.of(before));
      keep();
    }
  }

  /** It is there no more. */
  void remove(Path path) throws IOException {
    Made before = made.remove(path);
    if (before != null) {
      isOver(path, Optional.of(before));
      keep();
    }
  }

  private void isOver(Path path, Optional<Made> before) {
    before.ifPresent(torrent -> over.put(torrent.hash, path));
    over.keySet().removeIf(hash -> made.values().stream().anyMatch(m -> m.hash.equals(hash)));
  }

  /** It is forgotten. */
  void forgotten(InfoHash hash) throws IOException {
    over.remove(hash);
    keep();
  }

  private void keep() throws IOException {
    List<String> lines = new ArrayList<>();
    made.forEach(
        (path, now) ->
            lines.add(
                "%s %s %d %s".formatted(now.hash.hex(), now.state, now.published ? 1 : 0, path)));
    over.forEach((hash, path) -> lines.add(hash.hex() + " over " + path));
    library.keepNote(NOTE, String.join(END, lines).getBytes(UTF_8));
  }
}
