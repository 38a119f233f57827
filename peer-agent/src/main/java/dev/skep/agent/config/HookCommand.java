package dev.skep.agent.config;

import dev.skep.service.settings.Form;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that is run, and its arguments; {@code {path}}, {@code {name}} and {@code {infohash}}
 * in an argument stand for a torrent's. Words are split once, here: whatever a torrent is called
 * stays within its argument.
 *
 * @param words the first is the program's absolute path
 */
public record HookCommand(List<String> words) {
  private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)}");

  static final Form<Optional<HookCommand>> FORM =
      Form.orNothing(
          new Form<>(
              "a program's absolute path and its arguments, with {path}, {name} and {infohash}",
              text -> Words.of(text).flatMap(HookCommand::of)));

  public HookCommand {
    words = List.copyOf(words);
  }

  private static Optional<HookCommand> of(List<String> words) {
    boolean isProgram =
        !words.isEmpty()
            && Path.of(words.getFirst()).isAbsolute()
            && !PLACE.matcher(words.getFirst()).find();
    return isProgram && words.stream().allMatch(HookCommand::isKnown)
        ? Optional.of(new HookCommand(words))
        : Optional.empty();
  }

  private static boolean isKnown(String word) {
    return PLACE
        .matcher(word)
        .results()
        .allMatch(found -> found.group(1).matches("path|name|infohash"));
  }

  /**
   * The words for a torrent.
   *
   * @param values by what stands for them
   * @return nothing if a value would make an option of its argument
   */
  public Optional<List<String>> filled(Map<String, String> values) {
    List<String> filled = words.stream().map(word -> filled(word, values)).toList();
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).startsWith("{") && filled.get(i).startsWith("-")) {
        return Optional.empty();
      }
    }
    return Optional.of(filled);
  }

  private static String filled(String word, Map<String, String> values) {
    return PLACE
        .matcher(word)
        .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), "")));
  }
}
