package dev.skep.tracker.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.Publication;
import dev.skep.tracker.catalogue.Publication.Signature;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the catalogue knows of a torrent, as bytes: total bytes (8), files (4), milliseconds of its
 * registration since 1970 (8), flags (1); the other info-hash (20), if flag {@value #OTHER} is set;
 * how many pieces it has (4), with flag {@value #PIECES}; with flag {@value #PUBLICATION} version
 * (8), seconds of its publication since 1970 (8), labels, signature and signer; then the name in
 * UTF-8. Labels, signature and signer are one text each, of its length (2) and its bytes; labels
 * have commas between them, and without a signature both are empty. Older trackers wrote no
 * publication, and no pieces.
 */
final class CatalogueEntry {
  private static final int FIXED_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES + 1;
  private static final int OTHER = 1;
  private static final int PUBLICATION = 2;
  private static final int PIECES = 4;
  private static final String BETWEEN = ",";

  private CatalogueEntry() {}

  static byte[] encode(RegisteredTorrent torrent) {
    Publication publication = torrent.publication();
    byte[] name = torrent.name().getBytes(UTF_8);
    byte[] labels = String.join(BETWEEN, publication.labels()).getBytes(UTF_8);
    byte[] signature = publication.signature().map(Signature::signature).orElse("").getBytes(UTF_8);
    byte[] signer = publication.signature().map(Signature::signer).orElse("").getBytes(UTF_8);
    int otherBytes = torrent.otherInfoHash().isPresent() ? InfoHash.BYTES : 0;
    int textBytes = labels.length + signature.length + signer.length + 3 * Short.BYTES;
    var out =
        ByteBuffer.allocate(FIXED_BYTES + otherBytes + 2 * Long.BYTES + textBytes + name.length);
    out.putLong(torrent.totalBytes()).putInt(torrent.files());
    out.putLong(torrent.registeredAt().toEpochMilli());
    out.put((byte) (PIECES | PUBLICATION | (otherBytes == 0 ? 0 : OTHER)));
    torrent.otherInfoHash().ifPresent(other -> other.write(out));
    out.putInt(torrent.pieces());
    out.putLong(torrent.version()).putLong(publication.published().getEpochSecond());
    for (byte[] text : List.of(labels, signature, signer)) {
      out.putShort((short) text.length).put(text);
    }
    return out.put(name).array();
  }

  static RegisteredTorrent decode(InfoHash hash, byte[] bytes, int metainfoBytes)
      throws DamagedStoreException {
    try {
      var in = ByteBuffer.wrap(bytes);
      long totalBytes = in.getLong();
      int files = in.getInt();
      Instant registeredAt = Instant.ofEpochMilli(in.getLong());
      int flags = in.get();
      Optional<InfoHash> other =
          (flags & OTHER) == 0 ? Optional.empty() : Optional.of(InfoHash.read(in));
      int pieces = (flags & PIECES) == 0 ? 0 : in.getInt();
      boolean published = (flags & PUBLICATION) != 0;
      long version = published ? in.getLong() : 0;
      Publication publication = published ? publication(in) : Publication.at(registeredAt);
      String name = UTF_8.decode(in).toString();
      return new RegisteredTorrent(
          hash,
          other,
          name,
          totalBytes,
          files,
          pieces,
          metainfoBytes,
          registeredAt,
          publication,
          version);
    } catch (BufferUnderflowException _) {
      throw new DamagedStoreException("catalogue entry of " + bytes.length + " bytes");
    }
  }

  private static Publication publication(ByteBuffer in) {
    Instant published = Instant.ofEpochSecond(in.getLong());
    var texts = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      byte[] text = new byte[Short.toUnsignedInt(in.getShort())];
      in.get(text);
      texts.add(new String(text, UTF_8));
    }
    List<String> labels =
        texts.getFirst().isEmpty() ? List.of() : List.of(texts.getFirst().split(BETWEEN, -1));
    Optional<Signature> signature =
        texts.get(1).isEmpty()
            ? Optional.empty()
            : Optional.of(new Signature(texts.get(1), texts.get(2)));
    return new Publication(labels, published, signature);
  }
}
