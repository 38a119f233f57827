package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.service.files.WholeFile;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.catalogue.StoredMetainfo;
import dev.skep.tracker.system.InWords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The catalogue on the disk: one file for each torrent, named by its info-hash in hex. Each is
 * written whole or not at all, and none has to do with any other.
 *
 * <p>Layout: sealed facts, that is length of the .torrent file (4 bytes), its CRC-32C (4) and a
 * {@link CatalogueEntry}; then the .torrent file. So a start reads the beginning of each file only,
 * and no .torrent file is ever on the heap but while it is registered.
 */
final class CatalogueFiles {
  private static final int PREFIX_BYTES = 2 * Integer.BYTES;

  /** More than the facts of a torrent with the longest name take. */
  private static final int MOST_FACTS_BYTES = 4096;

  private static final int PIECE_BYTES = 64 << 10;
  private static final String DAMAGED = ".damaged";

  private final Path folder;

  CatalogueFiles(Path folder) {
    this.folder = folder;
  }

  /** Registers a torrent or replaces it. On the disk when this returns. */
  void put(RegisteredTorrent torrent, byte[] metainfo) throws IOException {
    var crc = new CRC32C();
    crc.update(metainfo);
    byte[] entry = CatalogueEntry.encode(torrent);
    byte[] facts =
        ByteBuffer.allocate(PREFIX_BYTES + entry.length)
            .putInt(metainfo.length)
            .putInt((int) crc.getValue())
            .put(entry)
            .array();
    InfoHash hash = torrent.infoHash();
    byte[] sealed = Seal.close(Seal.Kind.TORRENT_FILE, hash.toBytes(), facts);
    WholeFile.write(file(hash), sealed, metainfo);
  }

  /** Forgets a torrent. Gone from the disk when this returns. */
  void remove(InfoHash hash) throws IOException {
    WholeFile.delete(file(hash));
  }

  private Path file(InfoHash hash) {
    return folder.resolve(hash.hex());
  }

  /**
   * The .torrent file of a registered torrent, if it is registered.
   *
   * @throws DamagedStoreException if it is not what was registered
   */
  Optional<StoredMetainfo> open(InfoHash hash) throws DamagedStoreException, IOException {
    Path path = file(hash);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try (FileChannel file = FileChannel.open(path)) {
      Facts facts = facts(file, hash);
      InputStream content = Channels.newInputStream(file.position(facts.metainfoAt()));
      var crc = new CRC32C();
      byte[] piece = new byte[PIECE_BYTES];
      for (int read = content.read(piece); read > 0; read = content.read(piece)) {
        crc.update(piece, 0, read);
      }
      if ((int) crc.getValue() != facts.checksum()) {
        throw new DamagedStoreException(
            "the .torrent file of " + hash + " is not what was registered");
      }
      return Optional.of(
          new StoredMetainfo(new Content(hash, facts.checksum()), facts.torrent().metainfoBytes()));
    }
  }

  /**
   * A .torrent file that is opened anew for each piece: there may be as many readers as there are
   * connections, and those who read nothing would else hold all files that may be open.
   */
  private final class Content extends InputStream {
    private final InfoHash hash;
    private final int checksum;
    private long at;

    Content(InfoHash hash, int checksum) {
      this.hash = hash;
      this.checksum = checksum;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      try (FileChannel file = FileChannel.open(file(hash))) {
        Facts now = facts(file, hash);
        if (now.checksum() != checksum) {
          throw new IOException(hash + " was registered anew while it was read");
        }
        int read = file.read(ByteBuffer.wrap(into, from, most), now.metainfoAt() + at);
        at += Math.max(0, read);
        return read;
      } catch (DamagedStoreException e) {
        throw new IOException(hash + " was damaged while it was read", e);
      }
    }
  }

  /** The beginning of a file. */
  private record Facts(RegisteredTorrent torrent, int checksum, long metainfoAt) {}

  private static Facts facts(FileChannel file, InfoHash hash)
      throws DamagedStoreException, IOException {
    var start = ByteBuffer.allocate(MOST_FACTS_BYTES);
    while (start.hasRemaining() && file.read(start, start.position()) > 0) {
      // Most are read at once.
    }
    byte[] sealed = Seal.cut(start.flip());
    var facts = ByteBuffer.wrap(Seal.open(Seal.Kind.TORRENT_FILE, hash.toBytes(), sealed));
    if (facts.remaining() < PREFIX_BYTES) {
      throw new DamagedStoreException("facts of " + facts.remaining() + " bytes");
    }
    int metainfoBytes = facts.getInt();
    int checksum = facts.getInt();
    if (file.size() != sealed.length + (long) metainfoBytes) {
      throw new DamagedStoreException("the file has " + file.size() + " bytes");
    }
    byte[] entry = new byte[facts.remaining()];
    facts.get(entry);
    return new Facts(CatalogueEntry.decode(hash, entry, metainfoBytes), checksum, sealed.length);
  }

  /**
   * All registered torrents. A damaged file is set aside under another name; what an interrupted
   * write left is removed.
   *
   * @param problems takes a line for each that is left out
   */
  List<RegisteredTorrent> readAll(List<String> problems) throws IOException {
    var torrents = new ArrayList<RegisteredTorrent>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path path : files) {
        if (WholeFile.isUnfinished(path)) {
          Files.delete(path);
        } else if (!path.toString().endsWith(DAMAGED)) {
          read(path, torrents, problems);
        }
      }
    }
    return torrents;
  }

  private static void read(Path path, List<RegisteredTorrent> torrents, List<String> problems) {
    try {
      InfoHash hash = InfoHash.fromHex(path.getFileName().toString());
      try (FileChannel file = FileChannel.open(path)) {
        torrents.add(facts(file, hash).torrent());
      } catch (DamagedStoreException _) {
        Path aside = path.resolveSibling(hash.hex() + DAMAGED);
        Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
        problems.add("a registered torrent is damaged and set aside as " + aside);
      }
    } catch (IllegalArgumentException _) {
      problems.add("what is no torrent of the catalogue is left alone: " + path);
    } catch (IOException e) {
      problems.add("a registered torrent cannot be read: " + InWords.of(e));
    }
  }
}
