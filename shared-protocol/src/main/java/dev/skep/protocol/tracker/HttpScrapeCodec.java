package dev.skep.protocol.tracker;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A scrape over HTTP (BEP 21, 48): the query and the bencoded reply, for both sides. */
public final class HttpScrapeCodec {
  private static final String ANNOUNCE = "announce";
  private static final byte[] FILES = BencodeOut.key("files");
  private static final byte[] COMPLETE = BencodeOut.key("complete");
  private static final byte[] DOWNLOADED = BencodeOut.key("downloaded");
  private static final byte[] DOWNLOADERS = BencodeOut.key("downloaders");
  private static final byte[] INCOMPLETE = BencodeOut.key("incomplete");

  private HttpScrapeCodec() {}

  /**
   * Where to scrape: the last {@code announce} in the path becomes {@code scrape} (BEP 48), one
   * that begins a name before one within; empty if there is none.
   */
  public static Optional<String> scrapeUrl(String announceUrl) {
    int authority = announceUrl.indexOf("://");
    int path = announceUrl.indexOf('/', authority < 0 ? 0 : authority + 3);
    int query = announceUrl.indexOf('?');
    int end = query < 0 ? announceUrl.length() : query;
    if (path < 0 || path >= end) {
      return Optional.empty();
    }
    String before = announceUrl.substring(path, end);
    int at = before.lastIndexOf('/' + ANNOUNCE) + 1;
    at = at > 0 ? at : before.lastIndexOf(ANNOUNCE);
    return at < 0
        ? Optional.empty()
        : Optional.of(
            announceUrl.substring(0, path + at)
                + "scrape"
                + announceUrl.substring(path + at + ANNOUNCE.length()));
  }

  /** The client's query, without a leading question mark. */
  public static String toQuery(Collection<InfoHash> infoHashes) {
    StringBuilder query = new StringBuilder(70 * infoHashes.size());
    for (InfoHash hash : infoHashes) {
      query.append(query.isEmpty() ? "info_hash=" : "&info_hash=");
      HttpAnnounceQuery.percentEncode(hash.toBytes(), query);
    }
    return query.toString();
  }

  /**
   * The server's side: the info-hashes of a raw query, none if it asks for all.
   *
   * @throws TrackerProtocolException if one is malformed or there are more than allowed
   */
  public static List<InfoHash> parseQuery(String rawQuery, int maxInfoHashes)
      throws TrackerProtocolException {
    Query q = Query.of(rawQuery);
    List<InfoHash> hashes = new ArrayList<>();
    while (q.next()) {
      if (q.is("info_hash")) {
        if (hashes.size() == maxInfoHashes) {
          throw new TrackerProtocolException("more than " + maxInfoHashes + " info_hash");
        }
        hashes.add(q.infoHash());
      }
    }
    return hashes;
  }

  /**
   * The client reads a reply.
   *
   * @throws TrackerProtocolException if it is no reply, or the tracker's failure reason
   */
  public static List<ScrapeEntry> parse(byte[] body) throws TrackerProtocolException {
    BDictionary reply = HttpAnnounceReply.dictionary(body);
    Optional<BString> failure = reply.string("failure reason");
    if (failure.isPresent()) {
      throw new TrackerProtocolException("the tracker refused: " + failure.get().text());
    }
    BDictionary files =
        reply
            .dictionary("files")
            .orElseThrow(() -> new TrackerProtocolException("the tracker's reply has no files"));
    List<ScrapeEntry> entries = new ArrayList<>(files.size());
    for (int i = 0; i < files.size(); i++) {
      if (files.key(i).length() == InfoHash.BYTES && files.value(i) instanceof BDictionary counts) {
        entries.add(
            new ScrapeEntry(
                InfoHash.of(files.key(i).toBytes()),
                Math.max(0, HttpAnnounceReply.count(counts, "complete")),
                Math.max(0, HttpAnnounceReply.count(counts, "downloaded")),
                Math.max(0, HttpAnnounceReply.count(counts, "incomplete")),
                HttpAnnounceReply.count(counts, "downloaders")));
      }
    }
    return entries;
  }

  /** The server writes a reply; entries in any order, each info-hash once. */
  public static void encode(Collection<ScrapeEntry> entries, ByteBuffer out) {
    out.put((byte) 'd').put(FILES).put((byte) 'd');
    entries.stream()
        .sorted(Comparator.comparing(ScrapeEntry::infoHash))
        .forEach(entry -> encode(entry, out));
    out.put((byte) 'e').put((byte) 'e');
  }

  private static void encode(ScrapeEntry entry, ByteBuffer out) {
    BencodeOut.stringHeader(InfoHash.BYTES, out);
    entry.infoHash().write(out);
    BencodeOut.integer(entry.seeders(), out.put((byte) 'd').put(COMPLETE));
    BencodeOut.integer(entry.completed(), out.put(DOWNLOADED));
    if (entry.downloaders() >= 0) {
      BencodeOut.integer(entry.downloaders(), out.put(DOWNLOADERS));
    }
    BencodeOut.integer(entry.leechers(), out.put(INCOMPLETE));
    out.put((byte) 'e');
  }
}
