package dev.skep.agent.connection;

import dev.skep.agent.storage.BlockBodies;
import dev.skep.agent.stream.PeerStream;
import dev.skep.agent.torrent.Outbox;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.DontHave;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: collects what is due in one turn, then sends all of it with
 * gathering writes, the bodies of blocks straight from the page cache where they are there.
 */
final class Outlet implements Outbox {
  private static final int SMALL_BYTES = 512;
  private static final int KEPT_BYTES = 16 * 1024;

  private final PeerStream channel;
  private final Seat seat;

  /** Made with the first block. */
  private @Nullable BlockBodies bodies;

  /** Messages and headers of blocks, in order. */
  private ByteBuffer head = ByteBuffer.allocateDirect(SMALL_BYTES);

  /** The bodies of blocks, in order; one that is longer than usual is several. */
  private final List<BlockBodies.Range> ranges = new ArrayList<>();

  /** For each of them the place in {@code head} after which it goes. */
  private final List<Integer> after = new ArrayList<>();

  /** What the peer asked for. */
  private final List<HashRange> hashes = new ArrayList<>(0);

  private final List<ByteBuffer> fetched = new ArrayList<>();
  private final List<ByteBuffer> parts = new ArrayList<>();

  Outlet(PeerStream channel, Seat seat) {
    this.channel = channel;
    this.seat = seat;
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
    long at = seat.layout().offsetBytes(block.piece()) + block.offset();
    long end = at + block.lengthBytes();
    while (at < end) {
      int count = (int) Math.min(end - at, BlockBodies.MOST_BYTES);
      ranges.add(new BlockBodies.Range(at, count));
      after.add(head.position());
      at += count;
    }
  }

  @Override
  public boolean lost(int piece) {
    return seat.extensions()
        .say(ExtensionHandshake.LT_DONTHAVE, new DontHave(piece).encode(), this);
  }

  /** Answered when the torrent's lock is free: a file's tree may have to be hashed for it. */
  @Override
  public void hashes(HashRange range) {
    hashes.add(range);
  }

  private void answerHashes() {
    for (HashRange range : hashes) {
      message(
          seat.hashes(range)
              .<PeerMessage>map(known -> new PeerMessage.Hashes(range, known))
              .orElseGet(() -> new PeerMessage.HashReject(range)));
    }
    hashes.clear();
  }

  private void makeRoom(int bytes) {
    if (head.remaining() < bytes) {
      int capacity = Math.max(2 * head.capacity(), head.position() + bytes);
      head = ByteBuffer.allocateDirect(capacity).put(head.flip());
    }
  }

  boolean isEmpty() {
    return head.position() == 0 && hashes.isEmpty();
  }

  boolean hasBlocks() {
    return !ranges.isEmpty();
  }

  /**
   * Sends everything collected, and waits while the disk or the peer takes its time.
   *
   * @return how many bytes went out
   */
  long flush() throws IOException {
    try {
      answerHashes();
      long total = 0;
      int begun = 0; // bytes of head
      int sent = 0; // ranges
      while (sent < ranges.size()) {
        int to = fetch(sent);
        for (int i = sent; i < to; i++) {
          begun = addHead(begun, after.get(i));
          parts.add(fetched.get(i - sent));
        }
        sent = to;
        if (sent < ranges.size()) {
          total += send();
        }
      }
      addHead(begun, head.position());
      return total + send();
    } finally {
      reset();
    }
  }

  private int fetch(int from) throws DataUnreadable {
    if (bodies == null) {
      bodies = seat.bodies(channel.copiesBodies());
    }
    try {
      return bodies.fetch(ranges, from, fetched);
    } catch (IOException e) {
      throw new DataUnreadable(e);
    }
  }

  private int addHead(int from, int to) {
    if (to > from) {
      parts.add(head.slice(from, to - from));
    }
    return to;
  }

  private long send() throws IOException {
    ByteBuffer[] all = parts.toArray(ByteBuffer[]::new);
    long total = 0;
    int first = 0;
    while (first < all.length) {
      total += channel.write(all, first, all.length - first);
      while (first < all.length && !all[first].hasRemaining()) {
        first++;
      }
    }
    release();
    return total;
  }

  private void release() {
    parts.clear();
    fetched.clear();
    if (bodies != null) {
      bodies.release();
    }
  }

  private void reset() {
    release();
    hashes.clear();
    ranges.clear();
    after.clear();
    head = head.capacity() > KEPT_BYTES ? ByteBuffer.allocateDirect(SMALL_BYTES) : head.clear();
  }
}
