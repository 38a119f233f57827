package dev.skep.tracker.announce;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header {@code Forwarded} (RFC 7239): elements with commas between them, one of each proxy,
 * and in each element pairs with semicolons between them. Values with {@code ;} or {@code ,} in
 * them stand in quotes.
 */
final class Forwarded {
  /** A pair and what stands behind it. Nothing is tried twice: strangers write most of it. */
  private static final Pattern PART =
      Pattern.compile(
          "\\G[ \\t]*+(?:(?<name>[A-Za-z-]++)=(?:\"(?<quoted>[^\"]*+)\"|(?<bare>[^\\s;,\"]*+)))?+"
              + "[ \\t]*+(?<end>[;,]|\\z)");

  private Forwarded() {}

  /**
   * Whom each element says it is for, in their order: an address, maybe with a port, or whatever
   * stands there.
   *
   * @return empty if this is no such header, or an element does not say whom it is for
   */
  static Optional<List<String>> nodes(String line) {
    List<String> nodes = new ArrayList<>();
    Matcher part = PART.matcher(line);
    boolean isEmpty = true;
    Optional<String> node = Optional.empty();
    for (int at = 0; at <= line.length(); at = part.end()) {
      if (!part.find()) {
        return Optional.empty();
      }
      String name = part.group("name");
      isEmpty &= name == null;
      if (name != null && name.equalsIgnoreCase("for")) {
        if (node.isPresent()) {
          return Optional.empty();
        }
        String quoted = part.group("quoted");
        node = Optional.of(quoted == null ? part.group("bare") : quoted);
      }
      if (!part.group("end").equals(";")) {
        if (node.isEmpty() && !isEmpty) {
          return Optional.empty();
        }
        node.ifPresent(nodes::add);
        node = Optional.empty();
        isEmpty = true;
      }
      if (part.group("end").isEmpty()) {
        return Optional.of(nodes);
      }
    }
    return Optional.empty();
  }
}
