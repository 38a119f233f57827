package dev.skep.agent.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits a value into words with blanks between them, and into sentences with {@code ;} between
 * those. Within {@code "…"} or {@code '…'} both are letters like others; nothing else is special,
 * and no shell ever sees it.
 */
final class Words {
  private Words() {}

  /** Nothing if a quotation has no end. */
  static Optional<List<String>> of(String text) {
    return sentences(text, false).map(all -> all.isEmpty() ? List.of() : all.getFirst());
  }

  /** Those without words are left out. Nothing if a quotation has no end. */
  static Optional<List<List<String>>> sentences(String text) {
    return sentences(text, true);
  }

  private static Optional<List<List<String>>> sentences(String text, boolean several) {
    List<List<String>> sentences = new ArrayList<>();
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        begun = true;
      } else if (Character.isWhitespace(c) || (several && c == ';')) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
        if (c == ';' && !words.isEmpty()) {
          sentences.add(List.copyOf(words));
          words.clear();
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    if (!words.isEmpty()) {
      sentences.add(List.copyOf(words));
    }
    return quote == 0 ? Optional.of(List.copyOf(sentences)) : Optional.empty();
  }
}
