package dev.skep.agent.webseed;

import dev.skep.agent.connection.Faults;
import dev.skep.agent.storage.BlockMemory;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.protocol.BlockRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Brings one stretch of blocks from a web server; on a thread of its own. */
final class Fetch {
  private static final long SLOT_WAIT_NANOS = 1_000_000_000L;
  private static final long NANOS = 1_000_000_000L;

  /** Whom the blocks are for. */
  interface Taker {
    /** Takes over the slot, which holds the block's body. */
    void take(BlockRef block, ByteBuffer slot) throws Misconduct;

    /** The server does not give it. */
    void failed(WebTrouble why);

    /** It is over, in whatever way. */
    void ended(Fetch fetch);
  }

  private final Stretch stretch;
  private final WebFiles files;
  private final WebReader reader;
  private final BlockMemory memory;
  private final Taker taker;
  private final Thread thread;
  private final Set<BlockRef> wanted = ConcurrentHashMap.newKeySet(); // and not here

  /**
   * Begins with {@link #start}.
   *
   * @param closes whether nobody else goes on with the reader
   */
  Fetch(
      Stretch stretch,
      WebFiles files,
      WebReader reader,
      boolean closes,
      BlockMemory memory,
      Faults faults,
      Taker taker) {
    this.stretch = stretch;
    this.files = files;
    this.reader = reader;
    this.memory = memory;
    this.taker = taker;
    wanted.addAll(stretch.blocks());
    thread =
        Thread.ofVirtual()
            .name("skep-web")
            .unstarted(() -> faults.guard("a web server", () -> run(closes)));
  }

  void start() {
    thread.start();
  }

  /** How many blocks are still to come. */
  int blocksLeft() {
    return wanted.size();
  }

  /** Nobody waits for this one any more: where that is all that would come, nothing does. */
  void cancel(BlockRef block) {
    wanted.remove(block);
  }

  private void run(boolean closes) {
    try {
      bring();
    } catch (WebTrouble e) {
      taker.failed(e);
    } catch (IOException e) {
      taker.failed(WebTrouble.of(e));
    } catch (Misconduct e) {
      taker.failed(WebTrouble.ofServer(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      // Nobody waits for it any more.
    } catch (RuntimeException | Error e) {
      taker.failed(WebTrouble.passes("met a fault in skep"));
      throw e;
    } finally {
      reader.rest();
      if (closes) {
        reader.close();
      }
      taker.ended(this);
    }
  }

  private void bring() throws WebTrouble, IOException, InterruptedException, Misconduct {
    long at = stretch.offset();
    long end = stretch.endOffset();
    Iterator<BlockRef> blocks = stretch.blocks().iterator();
    while (blocks.hasNext() && !wanted.isEmpty()) {
      BlockRef block = blocks.next();
      ByteBuffer slot = takeSlot();
      boolean whole = false;
      try {
        reader.begin();
        for (WebFiles.Part part : files.parts(at, block.lengthBytes())) {
          reader.read(part, goesOn(part, end - at - slot.position()), slot);
        }
        reader.rest();
        whole = true;
      } finally {
        if (!whole) {
          memory.release(slot);
        }
      }
      at += block.lengthBytes();
      taker.take(block, slot.flip());
      wanted.remove(block);
    }
  }

  /** How much of the file is wanted from there on. */
  private long goesOn(WebFiles.Part part, long restOfStretch) {
    return part.file() == WebFiles.ZEROS
        ? 0
        : Math.min(files.rest(part.file(), part.offset()), restOfStretch);
  }

  private ByteBuffer takeSlot() throws InterruptedException {
    ByteBuffer slot = memory.tryTake();
    while (slot == null) {
      slot = memory.take(SLOT_WAIT_NANOS);
    }
    return slot.clear();
  }

  /** Ends it if the server lets us wait for longer than that. */
  void endIfStuck(long now, long nanos) {
    if (reader.isStuck(now, nanos)) {
      taker.failed(
          WebTrouble.passes(
              "sends nothing, or a block in more than %d s".formatted(nanos / NANOS)));
      end();
    }
  }

  /** Ends it, whatever it waits for. */
  void end() {
    thread.interrupt();
  }
}
