package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Notices files that somebody else deleted, cut, changed or replaced while we are at work. One
 * thread at a time may look.
 */
public final class FileWatch {
  private final DataFiles files;
  private final PieceLayout layout;
  private final Copies copies;
  private Found untold = Found.nothing();

  public FileWatch(DataFiles files, PieceLayout layout) {
    this.files = files;
    this.layout = layout;
    copies = new Copies(files, layout);
  }

  /**
   * What was found: indexes of files.
   *
   * @param gone not there any more
   * @param written others wrote to them, or may have
   * @param replaced another file has the name of ours
   */
  public record Found(BitSet gone, BitSet written, BitSet replaced) {
    private static Found nothing() {
      return new Found(new BitSet(), new BitSet(), new BitSet());
    }

    public boolean isNothing() {
      return gone.isEmpty() && written.isEmpty() && replaced.isEmpty();
    }

    private void add(int i, DataFile.Change change) {
      switch (change) {
        case NONE -> {}
        case GONE -> gone.set(i);
        case WRITTEN -> written.set(i);
        case REPLACED -> replaced.set(i);
      }
    }
  }

  /**
   * Compares all files with what we left. Each change is found once, and is to be looked into by
   * the caller.
   *
   * @throws IOException if the system cannot tell what is there; what was found before that is
   *     {@link #untold} until the next look ends
   */
  public Found look() throws IOException {
    Found found = untold;
    DataFile.@Nullable Change inParts = null;
    boolean any = files.haveFolder();
    for (int i = 0; i < files.files().size(); i++) {
      DataFile file = files.files().get(i);
      DataFile home = files.home(i);
      if (file.hasBytes() && home != file) {
        inParts = inParts == null ? home.look() : inParts;
        found.add(i, inParts);
      } else if ((file.hasBytes() || file.isOurs()) // ours may be empty
          && (any || file.owner() != DataFile.Owner.NOBODY)) {
        found.add(i, file.look());
      }
    }
    untold = Found.nothing();
    return found;
  }

  /** What a look that failed had found. */
  public Found untold() {
    return untold;
  }

  /** The pieces that have bytes in any of these files. */
  public Bitfield pieces(BitSet some) {
    Bitfield pieces = new Bitfield(layout.pieceCount());
    some.stream()
        .mapToObj(files.files()::get)
        .filter(DataFile::hasBytes)
        .forEach(file -> mark(file, pieces));
    return pieces;
  }

  private void mark(DataFile file, Bitfield into) {
    int last = layout.pieceAt(file.endBytes() - 1);
    for (int piece = layout.pieceAt(file.offsetBytes()); piece <= last; piece++) {
      into.set(piece);
    }
  }

  /**
   * What became of changed files.
   *
   * @param emptied files that are to be made again
   * @param told what else happened, in words
   */
  public record Settled(BitSet emptied, List<String> told) {}

  /**
   * Decides what becomes of files that others changed, when it is known what they hold.
   *
   * @param verified the pieces that are still good
   * @param lost the pieces that were good before
   * @param seeding whether nothing is ever written
   */
  public Settled settle(Found found, Bitfield verified, Bitfield lost, boolean seeding)
      throws IOException {
    Settled settled = new Settled(new BitSet(), new ArrayList<>());
    BitSet replaced = found.replaced();
    for (int i = replaced.nextSetBit(0); i >= 0; i = replaced.nextSetBit(i + 1)) {
      DataFile file = files.files().get(i);
      boolean right =
          !file.hasBytes()
              || (!hasAny(file, lost) && copies.isOfOurs(file, file.isBornWithOurs(), verified));
      if (file.hasItsLength() && right) {
        file.keep(); // a copy of ours
      } else if (!seeding) {
        String kept = file.setAside().getFileName().toString();
        settled.told.add(
            "another file took the place of %s; it is kept as %s".formatted(file.path(), kept));
        settled.emptied.set(i);
      }
    }
    BitSet written = found.written();
    for (int i = written.nextSetBit(0); i >= 0; i = written.nextSetBit(i + 1)) {
      DataFile file = files.files().get(i);
      if (file.owner() == DataFile.Owner.FOUND && hasAny(file, lost)) {
        file.foreign();
      }
    }
    return settled;
  }

  private boolean hasAny(DataFile file, Bitfield pieces) {
    if (!file.hasBytes()) {
      return false;
    }
    int piece = pieces.nextSet(layout.pieceAt(file.offsetBytes()));
    return piece >= 0 && piece <= layout.pieceAt(file.endBytes() - 1);
  }
}
