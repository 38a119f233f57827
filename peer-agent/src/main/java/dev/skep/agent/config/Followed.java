package dev.skep.agent.config;

import dev.skep.service.settings.Form;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A label of a tracker's catalogue that is followed.
 *
 * @param tracker its base URL
 * @param folder where complete torrents appear; absolute
 * @param drop what becomes of torrents that the catalogue carries no more
 * @param current whether a link {@code current} leads to the newest
 * @param token file with what opens the catalogue, if it is not open to all
 */
public record Followed(
    String tracker, String label, Path folder, Drop drop, boolean current, Optional<Path> token) {
  private static final Set<String> OPTIONS = Set.of("label", "dir", "drop", "current", "token");

  static final Form<List<Followed>> ALL =
      new Form<>(
          "URL label=LABEL dir=FOLDER [drop=yes or drop=data] [current=yes] [token=FILE], several"
              + " with ';' between them, or nothing",
          text -> Sentence.all(text, OPTIONS, Followed::of));

  /** What becomes of torrents that the catalogue carries no more. */
  public enum Drop {
    NO,
    /** They are forgotten, and their data stays. */
    YES,
    DATA
  }

  private static Followed of(Sentence said) {
    boolean isUrl = said.subject().matches("https?://[^/\\s]+.*");
    if (!isUrl || said.labels().size() != 1) {
      throw new Sentence.WrongException();
    }
    return new Followed(
        said.subject(),
        said.labels().getFirst(),
        said.path("dir").orElseThrow(Sentence.WrongException::new),
        drop(said.option("drop").orElse("no")),
        said.isSet("current"),
        said.path("token"));
  }

  private static Drop drop(String word) {
    for (Drop drop : Drop.values()) {
      if (drop.name().toLowerCase(Locale.ROOT).equals(word)) {
        return drop;
      }
    }
    throw new Sentence.WrongException();
  }
}
