package dev.skep.agent.torrent;

import dev.skep.protocol.peerwire.PeerMessage;

/**
 * Tells a peer what changed since it was last told: the difference between what is true and what
 * the peer knows becomes messages. So no queue of messages exists that could grow, and what changed
 * back meanwhile is never said.
 */
final class DueMessages {
  private DueMessages() {}

  static boolean tell(
      Peer peer, Pieces pieces, Uploading uploading, SuperSeeding superSeeding, Outbox out) {
    boolean any = false;
    if (!peer.greeted) {
      any = greet(peer, pieces, superSeeding, out);
    }
    any |= superSeeding.offer(peer, out);
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
      any |= tellLogged(pieces.logged(peer.toldLog++), out);
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

  private static boolean tellLogged(int entry, Outbox out) {
    if (entry < 0) {
      return out.lost(~entry);
    }
    out.message(new PeerMessage.Have(entry));
    return true;
  }

  /**
   * The first message says which pieces we have (BEP 3); with the fast extension it must not be
   * left out (BEP 6).
   */
  static boolean greet(Peer peer, Pieces pieces, SuperSeeding superSeeding, Outbox out) {
    peer.greeted = true;
    peer.toldLog = pieces.logged();
    boolean nothing = pieces.haveNone();
    if (superSeeding.isActive()) {
      superSeeding.begin(peer);
      nothing = true;
    }
    if (nothing && peer.can.fast()) {
      out.message(PeerMessage.HAVE_NONE);
    } else if (nothing) {
      return false;
    } else if (peer.can.fast() && pieces.haveAll()) {
      out.message(PeerMessage.HAVE_ALL);
    } else {
      out.message(new PeerMessage.Bits(pieces.good().toBytes()));
    }
    return true;
  }
}
