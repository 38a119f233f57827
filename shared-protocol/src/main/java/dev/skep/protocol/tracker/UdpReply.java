package dev.skep.protocol.tracker;

import java.util.List;

/** What a UDP tracker answers (BEP 15). */
public sealed interface UdpReply {
  /** Whose answer it is. */
  int transactionId();

  /** The id to be used within the next minute. */
  record Connected(int transactionId, long connectionId) implements UdpReply {}

  /** Peers. */
  record Announced(int transactionId, AnnounceResponse response) implements UdpReply {}

  /** Counts, in the order of the request's info-hashes. */
  record Scraped(int transactionId, List<Counts> counts) implements UdpReply {
    public Scraped {
      counts = List.copyOf(counts);
    }
  }

  /** One torrent's counts, each 0 or more. */
  record Counts(int seeders, int completed, int leechers) {}

  /** The tracker refused; the text is for a person, and empty if it gave no reason. */
  record Refused(int transactionId, String message) implements UdpReply {}
}
