package dev.skep.agent.create;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * What a torrent to be made says besides its files' names and hashes.
 *
 * @param name of the file, or of the folder that holds the files
 * @param version which hashes it has
 * @param pieceLengthBytes as {@link PieceLength} allows or chooses it
 * @param trackers announce URLs by tier (BEP 12)
 * @param webSeeds where the files can be had over HTTP (BEP 19)
 * @param isPrivate peers only from the trackers (BEP 27)
 * @param source a mark that gives the same files another info-hash
 * @param comment for people
 * @param createdBy the program
 * @param createdAt left out when the same input shall give the same bytes
 */
public record NewTorrent(
    String name,
    TorrentVersion version,
    int pieceLengthBytes,
    List<List<String>> trackers,
    List<String> webSeeds,
    boolean isPrivate,
    Optional<String> source,
    Optional<String> comment,
    String createdBy,
    Optional<Instant> createdAt) {

  public NewTorrent {
    trackers = List.copyOf(trackers);
    webSeeds = List.copyOf(webSeeds);
  }

  /** One with only what it must have. */
  public static NewTorrent of(
      String name, int pieceLengthBytes, List<List<String>> trackers, String createdBy) {
    return new NewTorrent(
        name,
        TorrentVersion.V1,
        pieceLengthBytes,
        trackers,
        List.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        createdBy,
        Optional.empty());
  }

  /**
   * Reads and hashes the files; {@link Metainfo#raw} is what the .torrent holds.
   *
   * @param progress told now and then, by the calling thread, how many bytes are hashed
   * @throws IOException if a file cannot be read, or changes meanwhile
   * @throws MetainfoException if the files make no usable torrent
   */
  public Metainfo make(Source files, LongConsumer progress)
      throws IOException, MetainfoException, InterruptedException {
    if (files.totalBytes() == 0) {
      throw new MetainfoException(files.root() + ": nothing in it but emptiness; add data");
    }
    var hasher = new SourceHasher(files.files(), version, pieceLengthBytes);
    hasher.hash(progress);
    files.requireUnchanged();
    MetainfoBuilder builder =
        files.folder()
            ? MetainfoBuilder.folder(name)
            : MetainfoBuilder.singleFile(
                name, files.totalBytes(), attributes(files.files().getFirst()));
    if (files.folder()) {
      files
          .files()
          .forEach(file -> builder.file(file.path(), file.lengthBytes(), attributes(file)));
    }
    if (version.hasV1()) {
      builder.pieceHashes(hasher.pieces());
    }
    if (version.hasV2()) {
      builder.fileHashes(hasher.layers());
    }
    builder
        .pieceLength(pieceLengthBytes)
        .trackers(trackers)
        .webSeeds(webSeeds)
        .privateTorrent(isPrivate)
        .createdBy(createdBy);
    source.ifPresent(builder::source);
    comment.ifPresent(builder::comment);
    createdAt.ifPresent(builder::createdAt);
    return builder.torrent();
  }

  private static String attributes(SourceFile file) {
    return file.executable() ? "x" : "";
  }
}
