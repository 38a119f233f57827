package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.SwarmCounts;
import jakarta.json.stream.JsonGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One torrent. What only registered ones have is absent from the JSON of others.
 *
 * @param infoHash 40 hexadecimal digits
 * @param files how many
 * @param registeredAt RFC 3339
 * @param torrentFile path of its .torrent file here
 */
public record ListedTorrent(
    String infoHash,
    @Nullable String name,
    @Nullable Long totalBytes,
    @Nullable Integer files,
    @Nullable String registeredAt,
    @Nullable String torrentFile,
    int seeders,
    int leechers,
    int completed,
    boolean registered)
    implements Listing.Row {
  static ListedTorrent of(InfoHash hash, SwarmCounts counts, @Nullable RegisteredTorrent known) {
    return new ListedTorrent(
        hash.hex(),
        known == null ? null : known.name(),
        known == null ? null : known.totalBytes(),
        known == null ? null : known.files(),
        known == null ? null : known.registeredAt().toString(),
        known == null ? null : "/torrents/" + hash.hex() + ".torrent",
        counts.seeders(),
        counts.leechers(),
        counts.completed(),
        known != null);
  }

  @Override
  public void write(JsonGenerator out) {
    out.write("infoHash", infoHash);
    if (name != null) {
      out.write("name", name);
    }
    if (totalBytes != null) {
      out.write("totalBytes", totalBytes);
    }
    if (files != null) {
      out.write("files", files);
    }
    if (registeredAt != null) {
      out.write("registeredAt", registeredAt);
    }
    if (torrentFile != null) {
      out.write("torrentFile", torrentFile);
    }
    out.write("seeders", seeders)
        .write("leechers", leechers)
        .write("completed", completed)
        .write("registered", registered);
  }
}
