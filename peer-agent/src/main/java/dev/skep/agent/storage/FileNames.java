package dev.skep.agent.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What one of a torrent's files is called: its own name, or another one until all of it is
 * verified. No name is taken that another file has.
 */
final class FileNames {
  private final Path own;
  private final Supplier<Path> unfinished;
  private final boolean plain;
  private volatile Path now;

  /**
   * @param unfinished what the file may be called until it is {@link #finish}ed
   * @param plain whether a new one gets its own name at once; one that was begun keeps its name
   */
  FileNames(Path own, Supplier<Path> unfinished, boolean plain) {
    this.own = own;
    this.unfinished = unfinished;
    this.plain = plain;
    this.now = own;
  }

  /** Where the file is, if it exists. */
  Path now() {
    return now;
  }

  Path own() {
    return own;
  }

  Path unfinished() {
    return unfinished.get();
  }

  boolean isPlain() {
    return plain;
  }

  /** It was found there. */
  void found(Path at) {
    now = at;
  }

  /** Killed while it got its own name it may have both. */
  void forgetOther(Stamp file) throws IOException {
    if (!plain && now.equals(own) && Stamp.of(unfinished.get()).equals(file)) {
      Files.delete(unfinished.get());
    }
  }

  /** There is none, and a new one is called as new ones are. */
  void foundNone() {
    now = plain ? own : unfinished.get();
  }

  /** It gets its own name, unless it has it. */
  void finish() throws IOException {
    if (!now.equals(own)) {
      rename(now, own);
      now = own;
    }
  }

  /**
   * Gives the file that took the place of ours another name, so that neither is lost.
   *
   * @return the other name
   */
  Path setAside() throws IOException {
    Path aside = now.resolveSibling(now.getFileName() + ".replaced");
    for (int i = 2; Files.exists(aside, NOFOLLOW_LINKS); i++) {
      aside = now.resolveSibling(now.getFileName() + ".replaced-" + i);
    }
    rename(now, aside);
    foundNone();
    return aside;
  }

  /** In one step where the file system has hard links. */
  static void rename(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException e) {
      throw InTheWay.foreign(to, "has the name that " + from.getFileName() + " should get");
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.move(from, to);
      return;
    }
    Files.delete(from);
  }
}
