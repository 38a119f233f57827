package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.SwarmCounts;
import jakarta.json.stream.JsonGenerator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One torrent. What only registered ones have is absent from the JSON of others.
 *
 * @param infoHash 40 hexadecimal digits
 * @param labels sorted
 * @param published RFC 3339, in whole seconds
 * @param files how many
 * @param registeredAt RFC 3339
 * @param torrentFile path of its .torrent file here
 * @param signature of the publication, in Base64, as it was given
 * @param signer whose public key that is said to be, in Base64, as it was given
 */
public record ListedTorrent(
    String infoHash,
    @Nullable String name,
    @Nullable List<String> labels,
    @Nullable String published,
    @Nullable Long totalBytes,
    @Nullable Integer files,
    @Nullable String registeredAt,
    @Nullable String torrentFile,
    @Nullable String signature,
    @Nullable String signer,
    int seeders,
    int leechers,
    int completed,
    boolean registered)
    implements Listing.Row {
  static ListedTorrent of(InfoHash hash, SwarmCounts counts, @Nullable RegisteredTorrent known) {
    CatalogueRow row = known == null ? null : CatalogueRow.of(known);
    return new ListedTorrent(
        hash.hex(),
        row == null ? null : row.name(),
        row == null ? null : row.labels(),
        row == null ? null : row.published(),
        row == null ? null : row.totalBytes(),
        row == null ? null : row.files(),
        row == null ? null : row.registeredAt(),
        row == null ? null : row.torrentFile(),
        row == null ? null : row.signature(),
        row == null ? null : row.signer(),
        counts.seeders(),
        counts.leechers(),
        counts.completed(),
        row != null);
  }

  @Override
  public void write(JsonGenerator out) {
    out.write("infoHash", infoHash);
    if (name != null) {
      out.write("name", name);
    }
    if (labels != null) {
      out.writeStartArray("labels");
      labels.forEach(out::write);
      out.writeEnd();
    }
    if (published != null) {
      out.write("published", published);
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
    if (signature != null) {
      out.write("signature", signature);
    }
    if (signer != null) {
      out.write("signer", signer);
    }
    out.write("seeders", seeders)
        .write("leechers", leechers)
        .write("completed", completed)
        .write("registered", registered);
  }
}
