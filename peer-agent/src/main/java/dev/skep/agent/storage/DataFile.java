package dev.skep.agent.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of a torrent's files on disk: whose it is, and what it looked like when we left it. Only what
 * is {@link Owner#OURS} is ever written. Identity, not equality: two torrents may name the same
 * path.
 *
 * <p>Its monitor is held while it is written, so that what it looks like before and after tells
 * whether anybody else wrote to it.
 */
final class DataFile {
  private static final int ZEROS_BYTES = 1 << 20;
  private static final int SMALL_BYTES = 16 * 1024;
  private static final Duration BEFORE_BIRTH = Duration.ofMinutes(1);

  /** Whose the file is. */
  enum Owner {
    /** There is none yet, as far as we know. */
    NOBODY,
    /** We made it, or may write to it as if we had. */
    OURS,
    /** It was there, and may have the torrent's data. */
    FOUND,
    /** It was there and has other data, or is no file at all. */
    FOREIGN
  }

  private final Folders folders;
  private final FileNames names;
  private final long offsetBytes;
  private final long lengthBytes;
  private final boolean padding;

  private volatile Owner owner = Owner.NOBODY;
  private volatile @Nullable FileChannel writing;
  private volatile boolean mayCut;

  // Guarded by this.
  private Stamp left = Stamp.ABSENT;
  private boolean bornWithOurs; // what has its name now; perhaps it has only another number
  private boolean disturbed; // somebody else wrote to it, or may have
  private boolean claimed; // will be ours, if there is none yet
  private @Nullable FileChannel lookedAt; // just opened, after a look at the file
  private boolean filled; // takes all its room on the disk already

  /**
   * @param folders of all of the torrent's files
   * @param path the file itself, below root
   * @param partPath what the file may be called until it is {@link #finish}ed
   * @param part whether a new one is called so; one that was begun keeps its name
   * @param offsetBytes where its bytes begin in the torrent
   */
  DataFile(
      Folders folders,
      Path path,
      Supplier<Path> partPath,
      boolean part,
      long offsetBytes,
      long lengthBytes,
      boolean padding) {
    this.folders = folders;
    this.names = new FileNames(path, partPath, !part || lengthBytes == 0);
    this.offsetBytes = offsetBytes;
    this.lengthBytes = lengthBytes;
    this.padding = padding;
  }

  /** Where the file is now, if it exists. */
  Path path() {
    return names.now();
  }

  /** Whether any of its bytes are on disk, or would be. */
  boolean hasBytes() {
    return lengthBytes > 0 && !padding;
  }

  Owner owner() {
    return owner;
  }

  boolean isOurs() {
    return owner == Owner.OURS;
  }

  /** Whether its bytes can be read where they belong. */
  boolean isReadable() {
    return owner == Owner.OURS || owner == Owner.FOUND;
  }

  long offsetBytes() {
    return offsetBytes;
  }

  long lengthBytes() {
    return lengthBytes;
  }

  long endBytes() {
    return offsetBytes + lengthBytes;
  }

  boolean padding() {
    return padding;
  }

  // ---- Whose it is ----

  /**
   * What is remembered of it.
   *
   * @param ours whether we made it, or were about to when there was none
   * @param filled whether it takes all its room on the disk already
   * @param stamp what it looked like when we left it
   */
  record Memory(boolean ours, boolean filled, Stamp stamp) {
    static final Memory NONE = new Memory(false, false, Stamp.ABSENT);

    /** An empty file, such as one that was made when we were killed, has nothing to lose. */
    private boolean owns(Stamp now) {
      return ours && (stamp.isSameFileAs(now) || now.sizeBytes() == 0);
    }
  }

  /** Finds out what is there and whose it is. */
  synchronized void recognize(Memory before) throws IOException {
    Path there = names.own();
    Stamp.At at = Stamp.At.of(there);
    Stamp now = at.stamp();
    boolean link = at.link();
    if (!before.owns(now) && hasBytes() && (before.ours || !names.isPlain())) {
      Path unfinished = names.unfinished();
      Stamp part = Stamp.of(unfinished);
      boolean begun = before.owns(part) || (before.ours && part.isFile() && !now.isFile());
      if (begun || (!names.isPlain() && !now.isFile())) {
        there = unfinished;
        now = part;
        link = Files.isSymbolicLink(unfinished);
      }
    }
    names.found(there);
    left = now;
    disturbed = false;
    filled = before.filled && before.owns(now);
    if (now.equals(Stamp.ABSENT) && !link) {
      owner = Owner.NOBODY;
      names.foundNone();
    } else if (!now.isFile()) {
      owner = Owner.FOREIGN;
    } else {
      owner = before.owns(now) && !link ? Owner.OURS : Owner.FOUND;
      if (isOurs()) {
        names.forgetOther(now);
      }
    }
  }

  /** There is not even the folder that all of the torrent's files lie in. */
  synchronized void recognizeNothing() {
    left = Stamp.ABSENT;
    disturbed = false;
    filled = false;
    owner = Owner.NOBODY;
    names.foundNone();
  }

  /** It is about to be made. */
  synchronized void claim() {
    claimed = true;
  }

  /** What to remember of it. */
  synchronized Memory memory() {
    boolean ours = owner == Owner.OURS || (owner == Owner.NOBODY && claimed);
    return new Memory(ours, filled, disturbed ? left.doubtful() : left);
  }

  /** It has other data than the torrent's. */
  void foreign() {
    owner = Owner.FOREIGN;
  }

  /** We may write to it as if we had made it. Not to anything that is no file. */
  synchronized void keep() {
    if (left.isFile() && !Files.isSymbolicLink(path())) {
      owner = Owner.OURS;
    }
  }

  /** We may also cut it. */
  void adopt() {
    mayCut = true;
    keep();
  }

  /** Why nothing may be written where it belongs; null if something may. */
  synchronized @Nullable InTheWay obstacle() {
    if (owner == Owner.OURS && left.sizeBytes() > lengthBytes && !mayCut) {
      return InTheWay.longer(path(), left.sizeBytes() - lengthBytes);
    }
    if (owner != Owner.FOREIGN) {
      return null;
    }
    if (!left.isFile() || Files.isSymbolicLink(path())) {
      return InTheWay.kind(path(), "a file");
    }
    String why =
        left.sizeBytes() == lengthBytes
            ? "has other data than the torrent's file"
            : String.format(
                Locale.ROOT,
                "has %,d bytes, the torrent's file %,d",
                left.sizeBytes(),
                lengthBytes);
    return InTheWay.foreign(path(), why);
  }

  /**
   * What keeps it from being made, if there is no such file: something of another kind where it
   * belongs, or where one of its folders does.
   */
  Optional<String> inTheWay() {
    Optional<String> above = folders.obstacle(path());
    boolean other =
        Files.exists(path(), NOFOLLOW_LINKS) && !Files.isRegularFile(path(), NOFOLLOW_LINKS);
    return above.isEmpty() && other
        ? Optional.of(String.valueOf(InTheWay.kind(path(), "a file").getMessage()))
        : above;
  }

  boolean hasItsLength() {
    return left().sizeBytes() == lengthBytes;
  }

  synchronized Stamp left() {
    return left;
  }

  // ---- Who changed it ----

  /** What {@link #look} found. */
  enum Change {
    NONE,
    /** There is no such file any more. */
    GONE,
    /** The same file with other data, perhaps. */
    WRITTEN,
    /** Another file has its name. */
    REPLACED
  }

  /**
   * Compares it with what we left, and takes what is there for that from now on.
   *
   * @throws IOException if the system cannot tell what is there: then nothing is known
   */
  synchronized Change look() throws IOException {
    Stamp now = Stamp.of(path());
    if (!disturbed && now.equals(left)) {
      return Change.NONE;
    }
    disturbed = false;
    Stamp before = left;
    left = now;
    if (!now.isFile()) {
      filled = false;
      boolean nothing = now.equals(Stamp.ABSENT) && !Files.isSymbolicLink(path());
      owner = nothing ? Owner.NOBODY : Owner.FOREIGN;
      if (nothing && names.isPlain()) {
        names.foundNone();
      }
      return Change.GONE;
    }
    if (owner == Owner.OURS && before.isSameFileAs(now)) {
      return Change.WRITTEN;
    }
    filled = false;
    switch (owner) {
      case OURS -> {
        owner = Owner.FOUND;
        bornWithOurs = before.isBornWith(now);
        return Change.REPLACED;
      }
      case NOBODY, FOREIGN -> owner = Owner.FOREIGN;
      case FOUND -> {}
    }
    return Change.WRITTEN;
  }

  /** Whether what {@link Change#REPLACED} ours was born at the same time. */
  synchronized boolean isBornWithOurs() {
    return bornWithOurs;
  }

  /** Its data is not what was written to it. */
  synchronized void disturb() {
    disturbed = true;
  }

  /** Writes to a file that somebody opened. */
  @FunctionalInterface
  interface Writing {
    void run() throws IOException;
  }

  @SuppressWarnings("ReferenceEquality") // the very channel
  synchronized void write(FileChannel channel, Writing write) throws IOException {
    if (channel != lookedAt) {
      disturbed |= !Stamp.of(path()).equals(left);
    }
    lookedAt = null;
    try {
      write.run();
    } finally {
      note(channel);
    }
  }

  /** What it looks like now is what we left. */
  @SuppressWarnings("ReferenceEquality") // the very channel that was opened last
  private void note(FileChannel channel) throws IOException {
    boolean known = false;
    try {
      Stamp now = Stamp.of(path());
      if (channel == writing && now.isSameFileAs(left)) {
        left = now;
        known = true;
      }
    } finally {
      disturbed |= !known; // what was written may be in a file that has this name no more
    }
  }

  // ---- Making, opening, naming ----

  /**
   * Makes it, empty, with its folders.
   *
   * @throws InTheWay if there is something
   */
  synchronized void create() throws IOException {
    try {
      createEmpty();
    } catch (FileAlreadyExistsException e) {
      recognize(Memory.NONE);
      throw left.isFile()
          ? InTheWay.foreign(path(), "appeared where the torrent's file belongs")
          : InTheWay.kind(path(), "a file");
    }
    left = Stamp.of(path());
    filled = false;
    owner = Owner.OURS;
  }

  private void createEmpty() throws IOException {
    if (folders.areMadeFor(path())) {
      try {
        createNew();
        return;
      } catch (NoSuchFileException e) {
        // The folder is gone since.
      }
    }
    makeFolders();
    createNew();
  }

  /**
   * Its time stamp is put before its birth: else nothing would tell, as long as nothing is written,
   * that there is a time of birth, by which another file is known that gets its inode.
   */
  private void createNew() throws IOException {
    FileChannel.open(path(), CREATE_NEW, WRITE).close();
    if (hasBytes()) {
      FileTime before = FileTime.from(Instant.now().minus(BEFORE_BIRTH));
      try {
        Files.getFileAttributeView(path(), BasicFileAttributeView.class, NOFOLLOW_LINKS)
            .setTimes(before, null, null);
      } catch (IOException e) {
        // A file system that keeps no times tells none of birth either.
      }
    }
  }

  /**
   * Opens the file; for writing it is laid out at its full length but sparse, unless it is so small
   * that it is soon written.
   *
   * <p>Reading goes through symbolic links, out of the root too: a folder is shared as a torrent
   * was made of it, and what does not have the piece's hash is told to nobody.
   *
   * @throws IOException also when it would be written through a symbolic link, or is not ours
   */
  FileChannel open(boolean write) throws IOException {
    if (!write) {
      requireFile(Stamp.of(path())); // opening a pipe would wait for ever
      return FileChannel.open(path(), READ);
    }
    Opened opened = openForWriting();
    try {
      layOut(opened);
      return opened.channel;
    } catch (IOException | RuntimeException e) {
      opened.channel.close();
      throw e;
    }
  }

  private void requireFile(Stamp now) throws IOException {
    if (now.equals(Stamp.ABSENT)) {
      throw new NoSuchFileException(path().toString(), null, "is gone");
    }
    if (!now.isFile()) {
      throw InTheWay.kind(path(), "a file");
    }
  }

  /** A file that was just opened, and how long it was. */
  private record Opened(FileChannel channel, long sizeBytes) {}

  private Opened openForWriting() throws IOException {
    folders.requireInside(path());
    Stamp.At at = Stamp.At.of(path());
    if (at.link()) {
      throw InTheWay.kind(path(), "a file");
    }
    Stamp now = at.stamp();
    requireFile(now);
    if (!isOurs() || !now.isSameFileAs(left())) {
      disturb();
      throw new IOException(path() + " was replaced by another file while it was written");
    }
    FileChannel channel = FileChannel.open(path(), Set.<OpenOption>of(READ, WRITE, NOFOLLOW_LINKS));
    writing = channel;
    synchronized (this) {
      disturbed |= !now.equals(left);
      lookedAt = channel;
    }
    return new Opened(channel, now.sizeBytes());
  }

  private synchronized void layOut(Opened opened) throws IOException {
    FileChannel channel = opened.channel;
    if (opened.sizeBytes > lengthBytes && !mayCut) {
      throw InTheWay.longer(path(), opened.sizeBytes - lengthBytes);
    }
    if (opened.sizeBytes > lengthBytes) {
      write(channel, () -> channel.truncate(lengthBytes));
    } else if (opened.sizeBytes < lengthBytes && lengthBytes > SMALL_BYTES) {
      write(channel, () -> channel.write(ByteBuffer.allocate(1), lengthBytes - 1));
    }
  }

  /**
   * Makes the file under another name, and gives it its own when {@code content} has filled it: so
   * it is there as a whole or not at all.
   *
   * @param name of no other file in its folder
   */
  synchronized void make(String name, Content content) throws IOException {
    Path next = path().resolveSibling(name);
    DataFile made =
        new DataFile(folders, next, () -> next, false, offsetBytes, lengthBytes, padding);
    makeFolders();
    if (Stamp.of(next).isFile()) {
      Files.delete(next); // of a time before, when we were killed
    }
    made.create();
    try (FileChannel channel = made.open(true)) {
      content.fill(channel);
    }
    FileNames.rename(next, path());
    left = Stamp.of(path());
    owner = Owner.OURS;
  }

  /** Fills a new file. */
  @FunctionalInterface
  interface Content {
    void fill(FileChannel channel) throws IOException;
  }

  /** Makes the file as long as it will be, of zeros that take room on the disk. */
  synchronized void preallocate() throws IOException {
    try (FileChannel channel = openForWriting().channel) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
      boolean fromNothing = channel.size() == 0;
      for (long at = channel.size(); at < lengthBytes; at += zeros.position()) {
        long from = at;
        zeros.clear().limit((int) Math.min(ZEROS_BYTES, lengthBytes - at));
        write(channel, () -> channel.write(zeros, from));
      }
      filled |= fromNothing;
    }
  }

  /** Cuts what is behind its end, which we were allowed to. */
  synchronized void cut() throws IOException {
    if (isOurs() && mayCut && left.sizeBytes() > lengthBytes) {
      Opened opened = openForWriting();
      try (FileChannel _ = opened.channel) {
        layOut(opened);
      }
    }
  }

  /** Bytes that it will still take on the disk, if all of {@code missingBytes} are written. */
  synchronized long roomBytes(long missingBytes) {
    return filled ? 0 : missingBytes;
  }

  /** All of it is verified: it gets its own name. */
  synchronized void finish() throws IOException {
    if (isOurs()) {
      names.finish();
    }
  }

  /** One that was begun as a part, when nobody wants parts any more. */
  synchronized void takeItsName() throws IOException {
    if (names.isPlain()) {
      finish();
    }
  }

  /** See {@link FileNames#setAside}. */
  synchronized Path setAside() throws IOException {
    folders.requireInside(path());
    Path aside = names.setAside();
    left = Stamp.ABSENT;
    owner = Owner.NOBODY;
    return aside;
  }

  /** Makes the folders that lead to it; none of them may lie elsewhere. */
  void makeFolders() throws IOException {
    folders.makeFor(path());
  }
}
