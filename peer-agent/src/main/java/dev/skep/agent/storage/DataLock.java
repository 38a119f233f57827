package dev.skep.agent.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right to download one torrent to one place, and to write what is remembered of it there: one
 * process has it at a time, and one that was killed has it no more. A file beside the data stands
 * for it as long as somebody has it. Where a file system knows no locks, everybody has it. Safe for
 * many threads.
 *
 * <p>For one user in a process. A second one is turned away too, but when it has looked the first
 * may have lost it to other processes: POSIX drops a lock with any descriptor of its file.
 */
public final class DataLock {
  private static final Logger LOG = System.getLogger(DataLock.class.getName());

  /** Behind what the file says: some systems let nobody else read what is locked. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /** Somebody who saves a state has the lock for a moment. */
  private static final int TRIES = 50;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Path place;
  private final Path file;
  private @Nullable Held held;

  /**
   * Touches nothing yet.
   *
   * @param data the file or folder that the torrent's data is in, or will be
   */
  public DataLock(InfoHash infoHash, Path data) {
    place = data.toAbsolutePath().normalize();
    file = StorageOptions.stateFolderBeside(place).resolve(infoHash.hex() + ".lock");
  }

  /** Another process downloads the same torrent to the same place. */
  public static final class InUse extends IOException {
    private static final long serialVersionUID = 1L;

    private InUse(Path place, String who) {
      super(
          "%s is being downloaded by %s; wait until that ends, or take another folder"
              .formatted(place, who));
    }
  }

  /**
   * The lock, or none where there are none. It is referred to as long as we have it: Java does not
   * know one any more that nobody refers to, and gives it to others of this process.
   */
  private record Held(FileChannel channel, @Nullable FileLock lock) {}

  /** What is done by whoever has it. */
  @FunctionalInterface
  public interface Task {
    void run() throws IOException;
  }

  /**
   * Takes it, unless we have it.
   *
   * @throws InUse if another process has it
   */
  public synchronized void take() throws IOException {
    for (int tries = 1; !tryToTake(); tries++) {
      if (tries == TRIES) {
        throw new InUse(place, who());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Gives it back, if we have it. */
  public synchronized void release() {
    Held ending = held;
    held = null;
    if (ending == null) {
      return;
    }
    try (FileChannel _ = ending.channel) {
      Files.deleteIfExists(file); // before another can have it
      if (Files.isDirectory(folder(), NOFOLLOW_LINKS)) { // and no link to one
        Files.deleteIfExists(folder());
      }
    } catch (DirectoryNotEmptyException e) {
      // States are kept there.
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0} stays: {1}", file, e.toString());
    }
  }

  /**
   * Does something as who has it; does nothing if another process has it.
   *
   * @return whether it was done
   */
  public synchronized boolean with(Task task) throws IOException {
    boolean before = held != null;
    if (!tryToTake()) {
      return false;
    }
    try {
      task.run();
      return true;
    } finally {
      if (!before) {
        release();
      }
    }
  }

  /**
   * Looks whether another process has it. It may have it a moment later.
   *
   * @throws InUse if one has it
   */
  public void requireFree() throws InUse {
    Optional<String> who = holder();
    if (who.isPresent()) {
      throw new InUse(place, who.get());
    }
  }

  /** The other process that has it, for people; empty if there is none, as far as one can tell. */
  public synchronized Optional<String> holder() {
    if (held != null || !Files.exists(file, NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      take();
      release();
      return Optional.empty();
    } catch (InUse e) {
      return Optional.of(who());
    } catch (IOException e) {
      return Optional.empty(); // where we cannot write, it is told when we have to
    }
  }

  private boolean tryToTake() throws IOException {
    if (held == null) {
      held = taken();
    }
    return held != null;
  }

  /** Null if another process has it, or had it a moment ago. */
  private @Nullable Held taken() throws IOException {
    make();
    Stamp before = Stamp.of(file);
    FileChannel channel = null;
    Held taken = null;
    try {
      channel = FileChannel.open(file, Set.<OpenOption>of(WRITE, NOFOLLOW_LINKS));
      taken = locked(channel);
      if (taken != null && !before.isSameFileAs(Stamp.of(file))) {
        // Who gave it back deleted the file: we have a lock that no other will ever look for.
        taken = null;
      }
      if (taken != null) {
        sayWho(channel);
      }
      return taken;
    } catch (NoSuchFileException e) {
      return null; // it was just given back
    } catch (FileSystemException e) {
      throw Descriptors.areUsedUp() ? new Descriptors.UsedUp(file) : e;
    } finally {
      if (channel != null && taken == null) {
        channel.close();
      }
    }
  }

  private void make() throws IOException {
    Folders.makeForStates(folder());
    try {
      FileChannel.open(file, CREATE_NEW, WRITE).close();
    } catch (FileAlreadyExistsException e) {
      if (Stamp.At.of(file).link() || Stamp.of(file).equals(Stamp.NO_FILE)) {
        throw InTheWay.kind(file, "a file of skep's own");
      }
    } catch (NoSuchFileException e) {
      // Another gave it back and took the folder along: the next try makes both.
    } catch (FileSystemException e) {
      throw Descriptors.areUsedUp() ? new Descriptors.UsedUp(file) : e;
    }
  }

  private Path folder() {
    return file.resolveSibling(".").normalize();
  }

  private @Nullable Held locked(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
      return lock == null ? null : new Held(channel, lock);
    } catch (OverlappingFileLockException e) {
      return null; // by another session of this process
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "no locks where {0} is: {1}", file, e.toString());
      return new Held(channel, null);
    }
  }

  private static void sayWho(FileChannel channel) {
    try {
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.truncate(channel.write(ByteBuffer.wrap(pid.getBytes(US_ASCII)), 0));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "nobody will know who has a lock: {0}", e.toString()); // a full disk
    }
  }

  private String who() {
    try {
      String pid = Files.size(file) > 20 ? "" : Files.readString(file, US_ASCII).strip();
      return pid.matches("\\d+") ? "process " + pid : "another process";
    } catch (IOException e) {
      return "another process";
    }
  }
}
