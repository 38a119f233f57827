package dev.skep.tracker.swarm.rows;

import java.nio.ByteBuffer;

/**
 * Peers of one swarm in one address family as they were at one moment.
 *
 * @param segments their rows, {@link SegmentedRows#ROWS} in each but the last; never written to
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record FrozenRows(
    RowLayout layout, byte[][] segments, int seeders, int partialSeeds, int size) {
  int bytes() {
    return size * layout.stride();
  }

  /** Where the leechers begin. */
  int firstLeecher() {
    return seeders + partialSeeds;
  }

  /** Writes the rows from {@code from} to before {@code end}. */
  void writeTo(ByteBuffer out, int from, int end) {
    int row = from;
    while (row < end) {
      int place = SegmentedRows.placeInSegment(row);
      int rows = Math.min(end - row, SegmentedRows.ROWS - place);
      byte[] segment = segments[SegmentedRows.segment(row)];
      out.put(segment, place * layout.stride(), rows * layout.stride());
      row += rows;
    }
  }
}
