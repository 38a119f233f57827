package dev.skep.tracker.swarm;

import java.nio.ByteBuffer;

/**
 * The peers of one swarm in one address family as they were at one moment.
 *
 * @param segments their rows, {@link SegmentedRows#ROWS} in each but the last; never written to
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record FrozenRows(RowLayout layout, byte[][] segments, int seeders, int partialSeeds, int size) {
  int bytes() {
    return size * layout.stride();
  }

  void writeTo(ByteBuffer out) {
    int left = bytes();
    for (byte[] segment : segments) {
      int part = Math.min(left, segment.length);
      out.put(segment, 0, part);
      left -= part;
    }
  }
}
