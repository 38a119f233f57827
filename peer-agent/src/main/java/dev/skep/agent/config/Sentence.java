package dev.skep.agent.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What it is about, then options: {@code http://tracker.lan:6969 label=web dir=/srv/web}.
 *
 * @param subject its first word
 * @param options by name, each once
 */
record Sentence(String subject, Map<String, String> options) {
  static final String LABEL = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  /** An option has a value that it cannot have. */
  static final class WrongException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Reads several, with {@code ;} between them.
   *
   * @param names the options that there are
   * @param value makes a value of a sentence, or throws {@link WrongException}
   */
  static <T> Optional<List<T>> all(String text, Set<String> names, Function<Sentence, T> value) {
    Optional<List<List<String>>> sentences = Words.sentences(text);
    if (sentences.isEmpty()) {
      return Optional.empty();
    }
    try {
      List<T> values = new ArrayList<>();
      for (List<String> words : sentences.get()) {
        values.add(value.apply(of(words, names)));
      }
      return Optional.of(List.copyOf(values));
    } catch (WrongException e) {
      return Optional.empty();
    }
  }

  private static Sentence of(List<String> words, Set<String> names) {
    Map<String, String> options = new HashMap<>();
    for (String word : words.subList(1, words.size())) {
      int at = word.indexOf('=');
      if (at < 0
          || !names.contains(word.substring(0, at))
          || options.put(word.substring(0, at), word.substring(at + 1)) != null) {
        throw new WrongException();
      }
    }
    return new Sentence(words.getFirst(), Map.copyOf(options));
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  boolean isSet(String name) {
    return switch (option(name).orElse("no")) {
      case "yes" -> true;
      case "no" -> false;
      default -> throw new WrongException();
    };
  }

  Optional<Path> path(String name) {
    return option(name).map(Sentence::absolute);
  }

  /** Where a service was started from says nothing of where its files are. */
  static Path absolute(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException e) {
      // as wrong as one that is not absolute
    }
    throw new WrongException();
  }

  /** With {@code ,} between them. */
  List<String> labels() {
    List<String> labels =
        option("label").stream().flatMap(all -> Stream.of(all.split(",", -1))).toList();
    if (!labels.stream().allMatch(label -> label.matches(LABEL))) {
      throw new WrongException();
    }
    return labels;
  }
}
