package dev.skep.agent.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Words that other tools have for our commands, or that a finger slipped to. */
final class OtherWords {
  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          Map.entry("deploy", "push"),
          Map.entry("distribute", "push"),
          Map.entry("make", "create"),
          Map.entry("send", "seed"),
          Map.entry("upload", "seed"),
          Map.entry("serve", "share"),
          Map.entry("leech", "get"),
          Map.entry("download", "get"),
          Map.entry("fetch", "get"),
          Map.entry("fileinfo", "info"),
          Map.entry("show", "info"),
          Map.entry("check", "verify"),
          Map.entry("recheck", "verify"),
          Map.entry("start", "tracker run"),
          Map.entry("list", "tracker list"),
          Map.entry("details", "tracker details"),
          Map.entry("peers", "tracker peers"),
          Map.entry("peerinfo", "tracker peers"),
          Map.entry("publish", "tracker publish"),
          Map.entry("remove", "tracker remove"),
          Map.entry("stop", "tracker stop"));

  private OtherWords() {}

  /**
   * What somebody who typed {@code word} after {@code command} most likely meant.
   *
   * @param command the words before it, such as {@code skep tracker}
   * @param alike commands of that name's kind, the most alike first
   */
  static Optional<String> meant(String command, String word, List<String> alike) {
    String usual = COMMANDS.get(word);
    if (usual != null) {
      return Optional.of("skep " + usual);
    }
    // Few slips change the first letter, and another word's first letter is mostly another.
    return alike.stream()
        .filter(name -> name.charAt(0) == word.charAt(0))
        .findFirst()
        .map(name -> command + " " + name);
  }
}
