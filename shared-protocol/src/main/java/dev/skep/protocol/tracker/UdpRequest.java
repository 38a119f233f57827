package dev.skep.protocol.tracker;

import dev.skep.protocol.InfoHash;
import java.util.List;

/** What a client sends to a UDP tracker (BEP 15). */
public sealed interface UdpRequest {
  /** Chosen by the client and repeated in the reply. */
  int transactionId();

  /** Asks for a connection id. */
  record Connect(int transactionId) implements UdpRequest {}

  /**
   * An announce.
   *
   * @param connectionId what the tracker gave; not checked here
   * @param urlData path and query of the tracker's URL (BEP 41), empty if none came
   */
  record Announce(long connectionId, int transactionId, AnnounceRequest request, String urlData)
      implements UdpRequest {}

  /**
   * A scrape.
   *
   * @param connectionId what the tracker gave; not checked here
   * @param infoHashes in the order in which the reply answers, 1 to 74
   */
  record Scrape(long connectionId, int transactionId, List<InfoHash> infoHashes)
      implements UdpRequest {
    public Scrape {
      infoHashes = List.copyOf(infoHashes);
    }
  }
}
