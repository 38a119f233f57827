package dev.skep.agent.cli;

import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.session.content.FilePriority;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.TorrentFile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which of a torrent's files a person means: numbers as {@code info} shows them, ranges of numbers,
 * and patterns of names, commas between them.
 */
final class FileSelection {
  private final List<TorrentFile> files;
  private final List<Integer> numbered; // index of the file with each number, which begin at 1
  private final String option;

  private FileSelection(Metainfo torrent, String option) {
    this.files = torrent.files();
    this.option = option;
    numbered = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      if (!files.get(i).padding()) {
        numbered.add(i);
      }
    }
  }

  /**
   * The priorities of all files, in the torrent's order; empty if nothing was said.
   *
   * @param select the files to download, all if there is none
   * @param first those of them to download before the others
   */
  static List<FilePriority> priorities(Metainfo torrent, List<String> select, List<String> first)
      throws WrongUsage {
    if (select.isEmpty() && first.isEmpty()) {
      return List.of();
    }
    BitSet selected = new FileSelection(torrent, "--select").of(select);
    BitSet early = new FileSelection(torrent, "--first").of(first);
    List<FilePriority> priorities = new ArrayList<>();
    for (int i = 0; i < torrent.files().size(); i++) {
      boolean wanted = select.isEmpty() || selected.get(i);
      priorities.add(
          !wanted ? FilePriority.SKIP : early.get(i) ? FilePriority.FIRST : FilePriority.NORMAL);
    }
    return priorities;
  }

  private BitSet of(List<String> lists) throws WrongUsage {
    BitSet chosen = new BitSet();
    for (String list : lists) {
      for (String word : list.split(",", -1)) {
        BitSet more = word.matches("[0-9]{1,9}(-[0-9]{0,9})?") ? range(word) : named(word);
        chosen.or(more);
      }
    }
    return chosen;
  }

  private BitSet range(String word) throws WrongUsage {
    int dash = word.indexOf('-');
    int from = Integer.parseInt(dash < 0 ? word : word.substring(0, dash));
    int to =
        dash < 0
            ? from
            : dash == word.length() - 1
                ? numbered.size()
                : Integer.parseInt(word.substring(dash + 1));
    if (from < 1 || to < from || to > numbered.size()) {
      throw new WrongUsage(
          "%s %s: the torrent's files have the numbers 1 to %d"
              .formatted(option, word, numbered.size()));
    }
    BitSet chosen = new BitSet();
    numbered.subList(from - 1, to).forEach(chosen::set);
    return chosen;
  }

  private BitSet named(String word) throws WrongUsage {
    Pattern pattern = pattern(word);
    boolean anywhere = word.indexOf('/') < 0;
    BitSet chosen = new BitSet();
    for (int i : numbered) {
      if (isMeant(files.get(i).path(), pattern, anywhere)) {
        chosen.set(i);
      }
    }
    if (chosen.isEmpty()) {
      throw new WrongUsage(option + " " + word + ": no such file; `skep info` lists all");
    }
    return chosen;
  }

  /** A file is meant by its own name and by the name of any folder that it lies in. */
  private static boolean isMeant(List<String> path, Pattern pattern, boolean anywhere) {
    for (int end = 1; end <= path.size(); end++) {
      String name = anywhere ? path.get(end - 1) : String.join("/", path.subList(0, end));
      if (pattern.matcher(name).matches()) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@code **} is anything, {@code *} anything within one name, {@code ?} one character. Not the
   * JDK's globs: names in torrents are full of brackets and braces, which mean themselves here.
   */
  private static Pattern pattern(String word) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (word.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
