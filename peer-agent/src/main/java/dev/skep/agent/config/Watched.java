package dev.skep.agent.config;

import dev.skep.service.settings.Form;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder into which people put {@code .torrent} and {@code .magnet} files.
 *
 * @param folder absolute
 * @param target where complete torrents appear; absolute; else where others do
 * @param current whether a link {@code current} leads to the newest
 */
public record Watched(Path folder, Optional<Path> target, List<String> labels, boolean current) {
  private static final Set<String> OPTIONS = Set.of("dir", "label", "current");

  static final Form<List<Watched>> ALL =
      new Form<>(
          "FOLDER [dir=FOLDER] [label=LABEL,…] [current=yes], several with ';' between them, or"
              + " nothing",
          text ->
              Sentence.all(
                  text,
                  OPTIONS,
                  said ->
                      new Watched(
                          Sentence.absolute(said.subject()),
                          said.path("dir"),
                          said.labels(),
                          said.isSet("current"))));
}
