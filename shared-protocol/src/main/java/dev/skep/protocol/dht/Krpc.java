package dev.skep.protocol.dht;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BString;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A datagram of the DHT (BEP 5). */
public sealed interface Krpc {
  /** Longest that is read: it fits into one packet on any line. */
  int MOST_BYTES = 1_500;

  /** Longest that is written (BEP 32), but for items. */
  int MOST_SENT_BYTES = 1_024;

  /** Longest with an item. */
  int MOST_SENT_WITH_ITEM_BYTES = 1_400;

  /** Says which question an answer belongs to; the asker's. */
  BString transaction();

  /**
   * A question.
   *
   * @param readOnly whether the sender answers none itself (BEP 43)
   */
  record Query(BString transaction, NodeId sender, boolean readOnly, Ask ask) implements Krpc {}

  /**
   * An answer.
   *
   * @param nodes those near to what was asked for, of both families
   * @param peers who has the torrent
   * @param token to be given back with an announce
   * @param more what only some answers carry
   * @param seenAt where the asker is as its packet showed it (BEP 42)
   */
  record Reply(
      BString transaction,
      NodeId sender,
      List<DhtNode> nodes,
      List<Endpoint> peers,
      Optional<BString> token,
      More more,
      Optional<Endpoint> seenAt)
      implements Krpc {
    public Reply {
      nodes = List.copyOf(nodes);
      peers = List.copyOf(peers);
    }
  }

  /** What an answer may carry besides. */
  sealed interface More {}

  /** As most do. */
  record Nothing() implements More {}

  Nothing NOTHING = new Nothing();

  /** What is kept there (BEP 44), without its salt. */
  record Item(DhtItem item) implements More {}

  /** Who has the torrent, as far as it is known there (BEP 33). */
  record Counts(PeerFilter seeds, PeerFilter peers) implements More {}

  /**
   * Some of the torrents of which peers are known there (BEP 51).
   *
   * @param intervalSeconds after which others may come, 0 to 21,600
   * @param torrents how many there are
   */
  record Samples(long intervalSeconds, long torrents, List<InfoHash> some) implements More {
    /** What fits a datagram. */
    public static final int MOST = 20;

    public Samples {
      some = List.copyOf(some);
    }
  }

  /** An answer that is none. */
  record Failure(BString transaction, long code, String text) implements Krpc {}

  /** What is asked. */
  sealed interface Ask {}

  /** Whether somebody is there. */
  record Ping() implements Ask {}

  /** Which nodes of a family may be named in an answer (BEP 32). */
  record Want(boolean ipv4, boolean ipv6) {}

  /** Nodes near to a place. */
  record FindNode(NodeId target, Want want) implements Ask {}

  /**
   * Peers of a torrent, and nodes near to it.
   *
   * @param count whether it is asked too how many there are (BEP 33)
   */
  record GetPeers(InfoHash about, boolean count, Want want) implements Ask {}

  /** Torrents of which peers are known, and nodes near to a place (BEP 51). */
  record Sample(NodeId target, Want want) implements Ask {}

  /**
   * The sender has a torrent.
   *
   * @param port where; 0 for the port that the datagram came from
   * @param seed whether all of it (BEP 33)
   */
  record Announce(InfoHash about, int port, boolean seed, BString token) implements Ask {}

  /** What is kept at a place (BEP 44). */
  record GetItem(NodeId target, Want want) implements Ask {}

  /**
   * Something is to be kept (BEP 44).
   *
   * @param expected only in place of the one with this sequence number
   */
  record PutItem(DhtItem item, OptionalLong expected, BString token) implements Ask {}

  /** A question that nobody here understands. */
  record Unknown(String method) implements Ask {}
}
