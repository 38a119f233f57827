package dev.skep.agent.torrent;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Sha256;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.PeerMessage;

/** What peers ask of us, and which of it is sent next. */
final class Uploading {
  /**
   * No client asks for more in one request (BEP 3 knows 16 KiB; 128 KiB is the most that others
   * serve).
   */
  private static final int MOST_REQUEST_BYTES = 128 * 1024;

  private static final int MOST_HASH_REQUESTS = 500;

  /** How far into a peer's waiting requests to look for the block that was sent the least. */
  private static final int LOOK = 64;

  /** A request that waits longer is served before those for rarer blocks. */
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final PieceLayout layout;
  private final Pieces pieces;
  private final TorrentSettings settings;
  private final Wakes wakes;
  private final Rate rate;
  private byte[][]
      sent = {}; // how often each block was sent, up to 127; per piece, made when first needed

  Uploading(Pieces pieces, TorrentSettings settings, Wakes wakes, long now) {
    this.layout = pieces.layout;
    this.pieces = pieces;
    this.settings = settings;
    this.wakes = wakes;
    rate = new Rate(now);
  }

  Rate rate() {
    return rate;
  }

  /** A REQUEST: granted, refused, or more than a peer may do. */
  void requested(Peer peer, BlockRef block, long now) throws Misconduct {
    if (!layout.isAskable(block) || block.lengthBytes() > MOST_REQUEST_BYTES) {
      throw new Misconduct(Misconduct.Kind.REQUEST_INVALID, "requested " + block);
    }
    boolean offered = peer.offered == null || peer.offered.get(block.piece());
    if (!pieces.isGood(block.piece()) && !pieces.wasLost(block.piece())) {
      throw new Misconduct(Misconduct.Kind.REQUEST_NOT_OFFERED, "requested " + block);
    }
    if (!pieces.isGood(block.piece()) || !offered) {
      refuse(peer, block);
    } else if (!peer.unchoked) {
      peer.requestsWhileChoked++;
      if (peer.requestsWhileChoked > settings.maxWaitingRequests()) {
        throw new Misconduct(
            Misconduct.Kind.REQUESTS_WHILE_CHOKED,
            peer.requestsWhileChoked + " requests while choked");
      }
      refuse(peer, block);
    } else if (peer.grants.size() >= settings.maxWaitingRequests()) {
      refuse(peer, block);
    } else {
      peer.grants.add(block, now);
      wakes.add(peer);
    }
  }

  private void refuse(Peer peer, BlockRef block) throws Misconduct {
    if (!peer.can.fast()) {
      peer.chatter(); // BEP 3 knows no refusal: the request is forgotten
      return;
    }
    if (peer.rejects.size() >= settings.maxWaitingRequests()) {
      throw new Misconduct(
          Misconduct.Kind.TOO_MANY_REQUESTS, peer.rejects.size() + " refused requests unread");
    }
    peer.rejects.add(block);
    wakes.add(peer);
  }

  /** Hashes of a v2 torrent (BEP 52): each request is answered, whether we know them or not. */
  void requested(Peer peer, HashRange hashes) throws Misconduct {
    peer.chatter();
    if (peer.hashRequests.size() >= MOST_HASH_REQUESTS) {
      throw new Misconduct(
          Misconduct.Kind.TOO_MANY_REQUESTS,
          peer.hashRequests.size() + " requests for hashes wait");
    }
    peer.hashRequests.add(hashes);
    wakes.add(peer);
  }

  /** A CANCEL; with the fast extension it is answered by a REJECT. */
  void cancelled(Peer peer, BlockRef block) throws Misconduct {
    if (!peer.grants.remove(block)) {
      peer.lateCancel();
    } else if (peer.can.fast()) {
      refuse(peer, block);
    }
  }

  /** The peer was choked: what it waits for is refused. */
  void refuseAll(Peer peer, Outbox out) {
    while (!peer.grants.isEmpty()) {
      BlockRef block = peer.grants.take(0);
      if (peer.can.fast()) {
        out.message(new PeerMessage.Reject(block));
      }
    }
  }

  /**
   * Answers requests for hashes, at least one, as long as the answers fit into the budget. Whether
   * we know them shows later: until then all count as if we did.
   */
  boolean answer(Peer peer, Outbox out, int budgetBytes) {
    int left = budgetBytes;
    while (!peer.hashRequests.isEmpty() && left > 0) {
      HashRange range = peer.hashRequests.remove();
      out.hashes(range);
      left -= range.length() * Sha256.BYTES;
    }
    return left < budgetBytes;
  }

  /** Sends granted blocks, at least one, as long as they fit into the budget. */
  boolean serve(Peer peer, Outbox out, int budgetBytes, long now) {
    Grants grants = peer.grants;
    int left = budgetBytes;
    boolean refused = false;
    while (!grants.isEmpty() && left > 0) {
      BlockRef block = grants.take(leastSent(grants, now));
      if (!pieces.isGood(block.piece())) { // lost since it was granted
        if (peer.can.fast()) {
          out.message(new PeerMessage.Reject(block));
          refused = true;
        }
        continue;
      }
      count(block);
      out.block(block);
      peer.up.add(block.lengthBytes(), now);
      peer.movedAt = now;
      rate.add(block.lengthBytes(), now);
      left -= block.lengthBytes();
    }
    return refused || left < budgetBytes;
  }

  /**
   * The waiting request whose block was sent the fewest times; the oldest of those. A source that
   * sends a block twice before it has sent every block once makes the whole swarm wait for the
   * block that is sent last.
   */
  private int leastSent(Grants grants, long now) {
    if (now - grants.since(0) > PATIENCE_NANOS) {
      return 0;
    }
    int best = 0;
    int fewest = Integer.MAX_VALUE;
    int look = Math.min(grants.size(), LOOK);
    for (int i = 0; i < look && fewest > 0; i++) {
      int times = timesSent(grants.at(i));
      if (times < fewest) {
        best = i;
        fewest = times;
      }
    }
    return best;
  }

  private int timesSent(BlockRef block) {
    if (sent.length == 0 || sent[block.piece()] == null) {
      return 0;
    }
    return sent[block.piece()][layout.indexOf(block)];
  }

  private void count(BlockRef block) {
    if (sent.length == 0) {
      sent = new byte[layout.pieceCount()][];
    }
    byte[] times = sent[block.piece()];
    if (times == null) {
      times = new byte[layout.blockCount(block.piece())];
      sent[block.piece()] = times;
    }
    int index = layout.indexOf(block);
    if (times[index] < Byte.MAX_VALUE) {
      times[index]++;
    }
  }

  /** Nobody is connected: what was sent to whom long ago does not matter to whoever comes. */
  void idle() {
    sent = new byte[0][];
  }
}
