package dev.skep.agent.service;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** A torrent of random bytes, and its data. */
public final class Seeded {
  private static final int PIECE_BYTES = 16 << 10;

  private final Metainfo metainfo;
  private final byte[] bytes;

  private Seeded(Metainfo metainfo, byte[] bytes) {
    this.metainfo = metainfo;
    this.bytes = bytes;
  }

  /** The same data with trackers in its torrent. */
  public Seeded trackedBy(List<String> urls) {
    MetainfoBuilder builder = MetainfoBuilder.singleFile(metainfo.name(), bytes.length);
    return new Seeded(built(builder.trackers(urls.stream().map(List::of).toList()), bytes), bytes);
  }

  /** One file. */
  public static Seeded file(String name, int length) {
    byte[] bytes = random(name, length);
    return new Seeded(built(MetainfoBuilder.singleFile(name, length), bytes), bytes);
  }

  /** A folder with the files {@code a} and {@code sub/b}, each of this length. */
  public static Seeded folder(String name, int each) {
    byte[] bytes = random(name, 2 * each);
    MetainfoBuilder builder =
        MetainfoBuilder.folder(name)
            .file(List.of("a"), each, "")
            .file(List.of("sub", "b"), each, "");
    return new Seeded(built(builder, bytes), bytes);
  }

  private static byte[] random(String name, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(name.hashCode()).nextBytes(bytes);
    return bytes;
  }

  private static Metainfo built(MetainfoBuilder builder, byte[] bytes) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      ByteArrayOutputStream hashes = new ByteArrayOutputStream();
      for (int at = 0; at < bytes.length; at += PIECE_BYTES) {
        sha1.update(bytes, at, Math.min(PIECE_BYTES, bytes.length - at));
        hashes.writeBytes(sha1.digest());
      }
      byte[] torrent = builder.pieceLength(PIECE_BYTES).pieceHashes(hashes.toByteArray()).build();
      return Metainfo.parse(torrent);
    } catch (MetainfoException | NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  public Metainfo metainfo() {
    return metainfo;
  }

  /** The .torrent file. */
  public byte[] torrent() {
    return metainfo.raw().rawBytes();
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /** Writes the data into a folder. */
  public Path writeTo(Path folder) throws IOException {
    Path place = folder.resolve(metainfo.name());
    if (!metainfo.multiFile()) {
      Files.createDirectories(folder);
      return Files.write(place, bytes);
    }
    Files.createDirectories(place.resolve("sub"));
    Files.write(place.resolve("a"), Arrays.copyOf(bytes, bytes.length / 2));
    Files.write(place.resolve("sub/b"), Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length));
    return place;
  }
}
