package dev.skep.agent.session;

import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.session.content.ChangedFiles;
import dev.skep.agent.session.content.LocalData;
import dev.skep.agent.session.content.TransferContent;
import dev.skep.agent.session.content.Wanted;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keeps the same what a live torrent says that it has and what is on the disk: pieces that come,
 * files that somebody else changes, and the moment when all is there. Safe for many threads.
 */
final class Upkeep implements LiveTorrent.Listener, ChangedFiles.Outcome {
  /** Whose torrent it is. */
  interface Owner {
    /** There is something new to be seen. */
    void changed();

    /** All that is wanted is verified and in its files. */
    void complete();

    /** Files are to be filled again: peers are wanted. */
    void incomplete();

    /** The disk fails. */
    void failing(IOException why);

    /** The torrent's own logic failed. */
    void broken(Throwable why);

    /** A peer named others. */
    void foundPeers(List<Endpoint> peers, Endpoint by);

    /** Something that a person should know. */
    void note(String what);
  }

  private final Supplier<TransferContent> content;
  private final LifeCycle life;
  private final boolean readOnly;
  private final Owner owner;

  /**
   * Touches nothing yet.
   *
   * @param content what is moved; known by the time that anything is heard
   * @param readOnly whether nothing is ever written
   */
  Upkeep(Supplier<TransferContent> content, LifeCycle life, boolean readOnly, Owner owner) {
    this.content = content;
    this.life = life;
    this.readOnly = readOnly;
    this.owner = owner;
  }

  private LocalData data() {
    return content.get().data();
  }

  // ---- What the live torrent tells ----

  @Override
  public void pieceDone(int piece) {
    data().pieceDone(piece);
    life.progressed(System.nanoTime());
  }

  @Override
  public void completed() {
    lookAtFiles(); // what was written may be there no more
  }

  @Override
  public void changed() {
    owner.changed();
  }

  @Override
  public boolean knowsFiles() {
    return content.get().changed().isFresh();
  }

  @Override
  public void lookAtFiles() {
    content.get().changed().look();
  }

  @Override
  public void foundPeers(List<Endpoint> peers, Endpoint by) {
    owner.foundPeers(peers, by);
  }

  @Override
  public void corruptPeers(int dropped) {
    owner.note(
        "%s sent data that is not the torrent's and %s dropped"
            .formatted(
                dropped == 1 ? "a peer" : dropped + " peers", dropped == 1 ? "was" : "were"));
  }

  @Override
  public void broken(Throwable why) {
    owner.broken(why);
  }

  @Override
  public void diskFailed(IOException why) {
    owner.failing(why);
  }

  // ---- What a look at the files brought ----

  @Override
  public void unchanged(Bitfield seen) {
    complete(seen);
    life.live().ifPresent(LiveTorrent::serve);
  }

  /** These pieces are on the disk: if they are all that is wanted, it is done. */
  private void complete(Bitfield seen) {
    Wanted wanted = life.wanted();
    if (readOnly || life.isComplete() || life.live().isEmpty() || !wanted.isIn(seen)) {
      return;
    }
    try {
      data().finish(wanted);
    } catch (IOException e) {
      owner.failing(e);
      return;
    }
    if (life.complete()) {
      owner.complete();
    }
  }

  @Override
  public void changed(Bitfield lost) {
    if (!readOnly) {
      lose(lost);
    } else if (!lost.isEmpty()) {
      loseForGood(lost);
    }
    life.live().ifPresent(LiveTorrent::serve);
  }

  private void lose(Bitfield lost) {
    Optional<LiveTorrent> live = life.live();
    life.lost();
    live.ifPresent(at -> at.lose(lost));
    owner.changed();
    if (live.isPresent()) {
      makeAgain();
    } else if (!life.hasTurn()) { // any more: who took it gave back what was held by then
      data().close();
    }
  }

  /** Nothing is ever written: so nothing more is wanted than what is left. */
  private void loseForGood(Bitfield lost) {
    Optional<LiveTorrent> live = life.live();
    Bitfield left = data().verified();
    live.ifPresent(at -> at.want(left, new Bitfield(left.size())));
    life.lostForGood(lost.cardinality() + " pieces are no longer in " + content.get().place());
    live.ifPresent(at -> at.lose(lost));
    owner.changed();
  }

  /** Files that are gone are made again, and what is missing of them is asked for. */
  private void makeAgain() {
    try {
      data().prepare(life.wanted());
      owner.incomplete();
    } catch (IOException e) {
      owner.failing(e);
    }
  }

  @Override
  public void failed(IOException why) {
    owner.failing(why);
  }
}
