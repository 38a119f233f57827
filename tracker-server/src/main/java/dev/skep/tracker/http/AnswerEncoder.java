package dev.skep.tracker.http;

import dev.skep.protocol.PeerId;
import dev.skep.protocol.tracker.TrackerReply;
import dev.skep.tracker.announce.Outcome;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.Handout;
import dev.skep.tracker.swarm.SwarmCounts;
import java.time.Duration;
import java.util.Optional;

/**
 * Writes answers over HTTP: BEP 3, compact peers (23, 7), the asker's address (24), when to come
 * back (31), scrapes (48, 21). Keys stand in their sorted order, as bencode wants.
 */
final class AnswerEncoder {
  private static final int FRAME_BYTES = 200;

  private AnswerEncoder() {}

  static BencodeBuffer failure(String reason, Optional<Duration> retryIn) {
    BencodeBuffer out = new BencodeBuffer(FRAME_BYTES).raw("d14:failure reason").string(reason);
    retryIn.ifPresent(
        in ->
            out.raw("8:retry in")
                .string(
                    in.equals(TrackerReply.NEVER)
                        ? "never"
                        : Long.toString(Math.max(1, in.toMinutes()))));
    return out.raw("e");
  }

  static BencodeBuffer compact(Announce announce, Outcome.Answered answered) {
    Handout ipv4 = announce.ipv4;
    Handout ipv6 = announce.ipv6;
    BencodeBuffer out = new BencodeBuffer(FRAME_BYTES + ipv4.lengthBytes() + ipv6.lengthBytes());
    counts(announce, answered, out);
    out.raw("5:peers").string(ipv4.compact(), ipv4.lengthBytes());
    if (ipv6.count() > 0) {
      out.raw("6:peers6").string(ipv6.compact(), ipv6.lengthBytes());
    }
    return out.raw("e");
  }

  static BencodeBuffer dictionaries(
      Announce announce, Outcome.Answered answered, boolean withPeerIds) {
    BencodeBuffer out = new BencodeBuffer(4 * FRAME_BYTES);
    counts(announce, answered, out);
    out.raw("5:peersl");
    peers(announce.ipv4, withPeerIds, out);
    peers(announce.ipv6, withPeerIds, out);
    return out.raw("ee");
  }

  private static void counts(Announce announce, Outcome.Answered answered, BencodeBuffer out) {
    byte[] address = announce.address().toInetAddress().getAddress();
    out.raw("d8:complete").number(announce.seeders);
    out.raw("10:downloaded").number(announce.completed);
    out.raw("11:external ip").string(address, address.length);
    out.raw("10:incomplete").number(announce.leechers);
    out.raw("8:interval").number(answered.intervalSeconds());
    out.raw("12:min interval").number(answered.minIntervalSeconds());
  }

  private static void peers(Handout peers, boolean withPeerIds, BencodeBuffer out) {
    for (int i = 0; i < peers.count(); i++) {
      out.raw("d2:ip").string(peers.address(i).toString());
      if (withPeerIds && peers.hasIds()) {
        out.raw("7:peer id").string(peers.id(i).toBytes(), PeerId.BYTES);
      }
      out.raw("4:port").number(peers.port(i)).raw("e");
    }
  }

  /** One entry of a scrape's {@code files}, key included. */
  static void scraped(SwarmCounts counts, BencodeBuffer out) {
    out.raw("d8:complete").number(counts.seeders());
    out.raw("10:downloaded").number(counts.completed());
    out.raw("11:downloaders").number(counts.downloaders());
    out.raw("10:incomplete").number(counts.leechers()).raw("e");
  }
}
