package dev.skep.agent.connection;

import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.torrent.Outbox;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The sending half of a connection: collects what is due in one turn, then sends all of it with
 * gathering writes, the bodies of blocks straight from the page cache.
 */
final class Outlet implements Outbox {
  private static final int SMALL_BYTES = 512;
  private static final int KEPT_BYTES = 16 * 1024;

  private final GatheringByteChannel channel;
  private final DataFiles files;
  private final PieceLayout layout;

  /** Messages and headers of blocks, in order. */
  private ByteBuffer head = ByteBuffer.allocateDirect(SMALL_BYTES);

  private final List<BlockRef> blocks = new ArrayList<>();

  /** For each block the place in {@code head} after which its body goes. */
  private final List<Integer> bodyAfter = new ArrayList<>();

  private final List<ByteBuffer> parts = new ArrayList<>();

  Outlet(GatheringByteChannel channel, DataFiles files, PieceLayout layout) {
    this.channel = channel;
    this.files = files;
    this.layout = layout;
  }

  @Override
  public void message(PeerMessage message) {
    makeRoom(PeerMessageCodec.encodedLength(message));
    PeerMessageCodec.encode(message, head);
  }

  @Override
  public void block(BlockRef block) {
    makeRoom(PeerMessageCodec.PIECE_HEADER_BYTES);
    PeerMessageCodec.encodePieceHeader(block.piece(), block.offset(), block.lengthBytes(), head);
    blocks.add(block);
    bodyAfter.add(head.position());
  }

  private void makeRoom(int bytes) {
    if (head.remaining() < bytes) {
      int capacity = Math.max(2 * head.capacity(), head.position() + bytes);
      head = ByteBuffer.allocateDirect(capacity).put(head.flip());
    }
  }

  boolean isEmpty() {
    return head.position() == 0;
  }

  boolean hasBlocks() {
    return !blocks.isEmpty();
  }

  /**
   * Sends everything collected, and waits while the peer takes its time.
   *
   * @return how many bytes went out
   */
  long flush() throws IOException {
    try {
      ByteBuffer[] all = gather();
      long total = 0;
      int first = 0;
      while (first < all.length) {
        total += channel.write(all, first, all.length - first);
        while (first < all.length && !all[first].hasRemaining()) {
          first++;
        }
      }
      return total;
    } finally {
      reset();
    }
  }

  private ByteBuffer[] gather() throws DataUnreadable {
    int end = head.position();
    int from = 0;
    for (int i = 0; i < blocks.size(); i++) {
      int to = bodyAfter.get(i);
      parts.add(head.slice(from, to - from));
      BlockRef block = blocks.get(i);
      view(block);
      from = to;
    }
    if (end > from) {
      parts.add(head.slice(from, end - from));
    }
    return parts.toArray(ByteBuffer[]::new);
  }

  private void view(BlockRef block) throws DataUnreadable {
    try {
      files.view(layout.offsetBytes(block.piece()) + block.offset(), block.lengthBytes(), parts);
    } catch (IOException e) {
      throw new DataUnreadable(e);
    }
  }

  private void reset() {
    parts.clear();
    blocks.clear();
    bodyAfter.clear();
    head = head.capacity() > KEPT_BYTES ? ByteBuffer.allocateDirect(SMALL_BYTES) : head.clear();
  }
}
