package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.swarm.SwarmImage;
import dev.skep.tracker.swarm.SwarmReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Copies swarms into a store, many in one commit, with rests between. It is used once, by one
 * thread.
 */
final class SwarmCopy {
  private static final int ROOM = Seal.ROOM + DatedImage.ROOM;

  /** Images in one commit: so many, or about so many bytes. */
  private static final int BATCH_IMAGES = 128;

  private static final int BATCH_BYTES = 128 << 10;

  /** Bytes of images in one commit when there is no time for small steps. */
  private static final int HURRIED_BATCH_BYTES = 8 << 20;

  private final SwarmReader swarms;
  private final TrackerStore store;
  private final Instant now;
  private final Rests rests;
  private final Map<InfoHash, byte[]> images = new HashMap<>();
  private long batchBytes;
  private long copiedSwarms;
  private long copiedBytes;

  /**
   * @param now when the images are made
   */
  SwarmCopy(SwarmReader swarms, TrackerStore store, Instant now, Rests rests) {
    this.swarms = swarms;
    this.store = store;
    this.now = now;
    this.rests = rests;
  }

  /** Copies what changed; see {@link SwarmReader#forEachChanged}. */
  void changed() throws IOException {
    run(sink -> swarms.forEachChanged(ROOM, sink));
  }

  /** Copies all that was not copied yet; see {@link SwarmReader#forEachUnread}. */
  void unsaved() throws IOException {
    run(sink -> swarms.forEachUnread(ROOM, sink));
  }

  /** Copies everything there is, counts first, into a store that is empty. */
  void everything() throws IOException {
    swarms.beginAnew();
    store.putCompleted(swarms.takeCompleted());
    changed();
  }

  private void run(Consumer<Consumer<SwarmImage>> walk) throws IOException {
    try {
      walk.accept(this::add);
      save();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void add(SwarmImage image) {
    byte[] dated = image.peers() == 0 ? new byte[0] : image.bytes();
    if (dated.length > 0) {
      DatedImage.date(dated, Seal.ROOM, now);
    }
    images.put(image.infoHash(), dated);
    batchBytes += dated.length;
    rests.letIn();
    if (isFull()) {
      save();
      rests.rest();
    }
  }

  private boolean isFull() {
    return rests.isOver()
        ? batchBytes >= HURRIED_BATCH_BYTES
        : batchBytes >= BATCH_BYTES || images.size() >= BATCH_IMAGES;
  }

  private void save() {
    try {
      store.putSwarms(images, rests::letIn);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    copiedSwarms += images.size();
    copiedBytes += batchBytes;
    images.clear();
    batchBytes = 0;
  }

  long copiedSwarms() {
    return copiedSwarms;
  }

  long copiedBytes() {
    return copiedBytes;
  }
}
