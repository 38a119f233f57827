package dev.skep.agent.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Something of the user's is where a torrent's file belongs. It is not touched. */
public final class InTheWay extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int TYPE = 0170000;
  private static final int FIFO = 0010000;

  private InTheWay(String message) {
    super(message);
  }

  /** Another kind of thing than is needed. */
  static InTheWay kind(Path path, String needed) {
    return new InTheWay(
        "%s is %s where %s is needed; move it away, or take another folder"
            .formatted(path, what(path), needed));
  }

  /** A file with other data than the torrent's. */
  static InTheWay foreign(Path path, String why) {
    return new InTheWay(
        "%s %s, and is left alone; --overwrite replaces it, or take another folder"
            .formatted(path, why));
  }

  /** Longer than the torrent says: what is behind its end is not ours to cut. */
  static InTheWay longer(Path path, long byBytes) {
    return new InTheWay(
        String.format(
            Locale.ROOT,
            "%s is %,d bytes longer than the torrent's file; --overwrite cuts it, or take another"
                + " folder",
            path,
            byBytes));
  }

  /** Two of a torrent's files have one place. */
  static InTheWay sameFile(Path one, Path other) {
    return new InTheWay(
        "%s and %s are one file here; --select leaves one out, or take another folder"
            .formatted(other, one));
  }

  /** It would be where skep keeps what it knows of other torrents. */
  static InTheWay amongStates(Path path) {
    return new InTheWay(
        path + " is where skep keeps its own state, and is not written; --select leaves it out");
  }

  /** What is at a path, for people. */
  static String what(Path path) {
    if (Files.isSymbolicLink(path)) {
      return "a symbolic link";
    }
    if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
      return "a folder";
    }
    if (Files.isRegularFile(path, NOFOLLOW_LINKS)) {
      return "a file";
    }
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode", NOFOLLOW_LINKS);
      return (mode & TYPE) == FIFO ? "a named pipe" : "a device or socket";
    } catch (IOException | UnsupportedOperationException e) {
      return "something else";
    }
  }
}
