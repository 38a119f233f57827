package dev.skep.agent.cli.shell;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the short words of the shell stand for: a command about the tracker where the shell has one,
 * else about the agent. Whatever is no short word is a command by itself.
 *
 * @param hasTracker whether the shell was told of a tracker
 */
public record ShellWords(boolean hasTracker) {
  /** Words that end the shell. */
  public static final Set<String> ENDING = Set.of("exit", "quit");

  /** In the order of help. */
  public static final List<String> SHORT =
      List.of(
          "list",
          "details",
          "info",
          "peers",
          "fileinfo",
          "peerinfo",
          "send",
          "download",
          "scrape",
          "push",
          "help",
          "exit");

  /** The words of the command that somebody means who types these; at least one. */
  public List<String> command(List<String> typed) {
    List<String> rest = typed.subList(1, typed.size());
    return switch (typed.getFirst()) {
      case "list" -> of(rest, hasTracker ? "tracker list" : "agent list");
      case "details" -> of(rest, details(rest));
      case "info" -> of(rest, isFileOrLink(rest) ? "info" : details(rest));
      case "peers", "peerinfo" -> of(rest, hasTracker ? "tracker peers" : "agent peers");
      case "fileinfo" -> of(rest, isFileOrLink(rest) || hasTracker ? "info" : "agent files");
      case "send" -> of(rest, "seed");
      case "download" -> of(rest, hasTracker ? "get" : "agent add");
      default -> typed;
    };
  }

  private String details(List<String> rest) {
    if (!hasTracker) {
      return rest.isEmpty() ? "agent list" : "agent show";
    }
    return rest.isEmpty() ? "tracker details" : "tracker info";
  }

  private static boolean isFileOrLink(List<String> rest) {
    String first = rest.stream().filter(word -> !word.startsWith("-")).findFirst().orElse("");
    try {
      return first.startsWith("magnet:") || (!first.isEmpty() && Files.exists(Path.of(first)));
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private static List<String> of(List<String> rest, String command) {
    return Stream.concat(Stream.of(command.split(" ")), rest.stream()).toList();
  }

  /**
   * The words of the command that these begin, for who completes them.
   *
   * @return nothing while the first word is still being typed
   */
  Optional<List<String>> begun(List<String> typed) {
    return typed.size() < 2 ? Optional.empty() : Optional.of(command(typed));
  }

  /** All first words. */
  static Set<String> first(Set<String> commands) {
    var first = new TreeSet<>(commands);
    first.addAll(SHORT);
    first.remove("shell");
    return first;
  }
}
