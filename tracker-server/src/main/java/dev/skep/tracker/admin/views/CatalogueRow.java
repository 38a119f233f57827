package dev.skep.tracker.admin.views;

import dev.skep.tracker.catalogue.Publication.Signature;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import jakarta.json.stream.JsonGenerator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One registered torrent, without what changes by itself.
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
public record CatalogueRow(
    String infoHash,
    String name,
    List<String> labels,
    String published,
    long totalBytes,
    int files,
    String registeredAt,
    String torrentFile,
    @Nullable String signature,
    @Nullable String signer)
    implements Listing.Row {
  /** What is shown of a torrent. */
  public static CatalogueRow of(RegisteredTorrent torrent) {
    String hex = torrent.infoHash().hex();
    return new CatalogueRow(
        hex,
        torrent.name(),
        torrent.labels(),
        torrent.publication().published().toString(),
        torrent.totalBytes(),
        torrent.files(),
        torrent.registeredAt().toString(),
        "/torrents/" + hex + ".torrent",
        torrent.publication().signature().map(Signature::signature).orElse(null),
        torrent.publication().signature().map(Signature::signer).orElse(null));
  }

  @Override
  public void write(JsonGenerator out) {
    out.write("infoHash", infoHash).write("name", name).writeStartArray("labels");
    labels.forEach(out::write);
    out.writeEnd();
    out.write("published", published)
        .write("totalBytes", totalBytes)
        .write("files", files)
        .write("registeredAt", registeredAt)
        .write("torrentFile", torrentFile);
    if (signature != null && signer != null) {
      out.write("signature", signature).write("signer", signer);
    }
  }
}
