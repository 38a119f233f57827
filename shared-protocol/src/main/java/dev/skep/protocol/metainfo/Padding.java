package dev.skep.protocol.metainfo;

import java.util.Arrays;
import java.util.List;

/**
 * Which of a torrent's bytes are padding (BEP 47): zeros between files, that nobody needs to be
 * sent.
 */
public final class Padding {
  /** No byte is. */
  public static final Padding NONE = of(List.of());

  /** Where runs of padding begin and end, in order, and how many bytes of it come before each. */
  private final long[] from;

  private final long[] to;
  private final long[] before;

  private Padding(long[] from, long[] to) {
    this.from = from;
    this.to = to;
    before = new long[from.length + 1];
    for (int i = 0; i < from.length; i++) {
      before[i + 1] = before[i] + to[i] - from[i];
    }
  }

  static Padding of(List<TorrentFile> files) {
    int count = 0;
    for (TorrentFile file : files) {
      count += isPadding(file) ? 1 : 0;
    }
    long[] from = new long[count];
    long[] to = new long[count];
    int runs = 0;
    for (TorrentFile file : files) {
      if (isPadding(file)) {
        if (runs == 0 || to[runs - 1] != file.offsetBytes()) {
          from[runs++] = file.offsetBytes();
        }
        to[runs - 1] = file.endBytes();
      }
    }
    return new Padding(Arrays.copyOf(from, runs), Arrays.copyOf(to, runs));
  }

  private static boolean isPadding(TorrentFile file) {
    return file.padding() && file.lengthBytes() > 0;
  }

  /** How many of these bytes of the torrent are padding. */
  public long bytesIn(long offsetBytes, int lengthBytes) {
    return from.length == 0 ? 0 : bytesBefore(offsetBytes + lengthBytes) - bytesBefore(offsetBytes);
  }

  /** Whether all of these bytes of the torrent are. */
  public boolean covers(long offsetBytes, int lengthBytes) {
    return bytesIn(offsetBytes, lengthBytes) == lengthBytes;
  }

  private long bytesBefore(long offsetBytes) {
    int found = Arrays.binarySearch(from, offsetBytes);
    int run = found >= 0 ? found : -found - 2; // the last that begins here or before
    if (run < 0) {
      return 0;
    }
    return before[run] + Math.min(offsetBytes, to[run]) - from[run];
  }
}
