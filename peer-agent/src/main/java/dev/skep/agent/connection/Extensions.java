package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Outbox;
import dev.skep.agent.torrent.Peer;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.ProtocolException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * All extensions of one connection (BEP 10), and under which number each side wants to be sent
 * messages of them. This is the place to add one.
 */
final class Extensions {
  /** In the order of our numbers for them, from 1 on. */
  private final List<Extension> all;

  /** The peer's numbers for the same; 0: it does not have it. */
  private final AtomicIntegerArray theirs;

  Extensions(List<Extension> all) {
    this.all = List.copyOf(all);
    theirs = new AtomicIntegerArray(all.size());
  }

  /** What we speak. */
  static Extensions of(LiveTorrent torrent, Peer peer) {
    List<Extension> all = new ArrayList<>();
    all.add(new LostPieces(torrent, peer));
    all.add(new UploadOnly(torrent, peer));
    all.add(new MetadataServing(torrent.metainfo()));
    torrent.peerExchange(peer).ifPresent(all::add);
    return new Extensions(all);
  }

  /** What our handshake says of them. */
  Map<String, Integer> ourIds() {
    Map<String, Integer> ids = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      ids.put(all.get(i).name(), i + 1);
    }
    return ids;
  }

  /** The peer's handshake, the first or a later one, which changes only what it names. */
  void introduced(ExtensionHandshake handshake) throws Misconduct {
    for (int i = 0; i < all.size(); i++) {
      Integer id = handshake.messageIds().get(all.get(i).name());
      if (id != null) {
        theirs.set(i, id);
      }
      all.get(i).introduced(handshake);
    }
  }

  /** A message that is no handshake. What has no number of ours is not meant for us. */
  void received(PeerMessage.Extended message) throws ProtocolException, Misconduct {
    if (message.id() <= all.size()) {
      all.get(message.id() - 1).received(message.payload());
    }
  }

  /** Puts what is due to the peer now into {@code out}: one message of each at most. */
  void next(Outbox out, long now) {
    for (int i = 0; i < all.size(); i++) {
      int id = theirs.get(i);
      if (id != 0) {
        Optional<byte[]> due = all.get(i).next(now);
        if (due.isPresent()) {
          out.message(new PeerMessage.Extended(id, due.get()));
        }
      }
    }
  }

  /** Whether time alone made something due. */
  boolean isDue(long now) {
    for (int i = 0; i < all.size(); i++) {
      if (theirs.get(i) != 0 && all.get(i).isDue(now)) {
        return true;
      }
    }
    return false;
  }

  /** The connection is over. */
  void ended() {
    all.forEach(Extension::ended);
  }

  /** Puts one message of an extension into {@code out}; false if the peer does not have it. */
  boolean say(String name, byte[] payload, Outbox out) {
    for (int i = 0; i < all.size(); i++) {
      if (theirs.get(i) != 0 && all.get(i).name().equals(name)) {
        out.message(new PeerMessage.Extended(theirs.get(i), payload));
        return true;
      }
    }
    return false;
  }
}
