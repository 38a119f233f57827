package dev.skep.agent.torrent;

import dev.skep.protocol.peerwire.PeerMessage;

/**
 * Tells a peer what changed since it was last told: the difference between what is true and what
 * the peer knows becomes messages. So no queue of messages exists that could grow, and what changed
 * back meanwhile is never said.
 */
final class Telling {
  private Telling() {}

  static boolean tell(Peer peer, Pieces pieces, Uploading uploading, Outbox out) {
    boolean any = false;
    if (!peer.greeted) {
      any = greet(peer, pieces, out);
    }
    if (peer.unchoked != peer.unchokedTold) {
      peer.unchokedTold = peer.unchoked;
      out.message(peer.unchoked ? PeerMessage.UNCHOKE : PeerMessage.CHOKE);
      if (!peer.unchoked) {
        uploading.refuseAll(peer, out);
      }
      any = true;
    }
    boolean interested = peer.needed > 0;
    if (interested != peer.interestedTold) {
      peer.interestedTold = interested;
      out.message(interested ? PeerMessage.INTERESTED : PeerMessage.NOT_INTERESTED);
      any = true;
    }
    while (peer.toldLog < pieces.logged()) {
      out.message(new PeerMessage.Have(pieces.logged(peer.toldLog++)));
      any = true;
    }
    while (!peer.cancels.isEmpty()) {
      out.message(new PeerMessage.Cancel(peer.cancels.remove()));
      any = true;
    }
    while (!peer.rejects.isEmpty()) {
      out.message(new PeerMessage.Reject(peer.rejects.remove()));
      any = true;
    }
    if (peer.keepAliveDue && !any) {
      out.message(PeerMessage.KEEP_ALIVE);
      any = true;
    }
    peer.keepAliveDue = false;
    return any;
  }

  /**
   * The first message says which pieces we have (BEP 3); with the fast extension it must not be
   * left out (BEP 6).
   */
  private static boolean greet(Peer peer, Pieces pieces, Outbox out) {
    peer.greeted = true;
    peer.toldLog = pieces.logged();
    if (peer.can.fast() && pieces.haveAll()) {
      out.message(PeerMessage.HAVE_ALL);
    } else if (peer.can.fast() && pieces.haveNone()) {
      out.message(PeerMessage.HAVE_NONE);
    } else if (!pieces.haveNone()) {
      out.message(new PeerMessage.Bits(pieces.good().toBytes()));
    } else {
      return false;
    }
    return true;
  }
}
