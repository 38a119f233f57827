package dev.skep.benchmarks.flood;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a tracker's collector leaves on the heap, by its log: {@code -Xlog:gc:file=…}. */
final class Heap {
  private static final Pattern COLLECTED =
      Pattern.compile("Pause (Young|Full) .* \\d+M->(\\d+)M\\((\\d+)M\\)");

  private final Path log;
  private int linesRead;

  /**
   * Some collections.
   *
   * @param mostMiB left after one of them
   * @param fullMiB left after the last full one, 0 if there was none
   * @param sizeMiB how large the heap was
   */
  record Left(int collections, int leastMiB, int mostMiB, int fullMiB, int sizeMiB) {}

  Heap(Path log) {
    this.log = log;
  }

  /** The collections since the last time. */
  Left sinceLast() throws IOException {
    List<String> lines = Files.readAllLines(log);
    int collections = 0;
    int least = Integer.MAX_VALUE;
    int most = 0;
    int full = 0;
    int size = 0;
    for (String line : lines.subList(Math.min(linesRead, lines.size()), lines.size())) {
      Matcher found = COLLECTED.matcher(line);
      if (found.find()) {
        int left = Integer.parseInt(found.group(2));
        collections++;
        least = Math.min(least, left);
        most = Math.max(most, left);
        full = found.group(1).equals("Full") ? left : full;
        size = Integer.parseInt(found.group(3));
      }
    }
    linesRead = lines.size();
    return new Left(collections, collections == 0 ? 0 : least, most, full, size);
  }
}
