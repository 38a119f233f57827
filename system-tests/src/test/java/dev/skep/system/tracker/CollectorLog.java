package dev.skep.system.tracker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM's collector wrote with {@code -Xlog:gc:file=…}.
 *
 * @param afterMiB how much was left on the heap after each collection
 * @param heapMiB how large the heap was then
 */
record CollectorLog(List<Integer> afterMiB, List<Integer> heapMiB) {
  private static final Pattern COLLECTED = Pattern.compile("Pause .* \\d+M->(\\d+)M\\((\\d+)M\\)");

  static CollectorLog read(Path log) throws IOException {
    var after = new ArrayList<Integer>();
    var heap = new ArrayList<Integer>();
    for (String line : Files.readAllLines(log)) {
      Matcher collected = COLLECTED.matcher(line);
      if (collected.find()) {
        after.add(Integer.parseInt(collected.group(1)));
        heap.add(Integer.parseInt(collected.group(2)));
      }
    }
    return new CollectorLog(after, heap);
  }

  /** The most that was left in one of so many equal parts of the log, counted from 0. */
  int most(int part, int parts) {
    int from = afterMiB.size() * part / parts;
    int to = afterMiB.size() * (part + 1) / parts;
    return afterMiB.subList(from, to).stream().mapToInt(mib -> mib).max().orElse(0);
  }
}
