package dev.skep.agent.cli;

import dev.skep.agent.cli.console.ByteProgress;
import dev.skep.agent.cli.console.Progress;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.create.NewTorrent;
import dev.skep.agent.create.PieceLength;
import dev.skep.agent.create.Source;
import dev.skep.agent.create.SourceFile;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferOptions;
import dev.skep.agent.storage.SeenFiles;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file or folder of which a torrent was just made, to be given from where it lies.
 *
 * @param seen what its files looked like when they were hashed: they are not read again
 */
record Offer(Source source, Metainfo torrent, SeenFiles seen) {

  /** Makes its torrent. The same data makes the same torrent. */
  static Offer of(Terminal terminal, Source source, String name, String announce)
      throws IOException, MetainfoException, InterruptedException {
    SeenFiles seen = SeenFiles.of(source.files().stream().map(SourceFile::file).toList());
    int pieceLength = PieceLength.forTotal(source.totalBytes());
    var torrent = NewTorrent.of(name, pieceLength, List.of(List.of(announce)), "Skep");
    try (Progress progress = terminal.progress()) {
      var line = new ByteProgress(progress, "hashing", source.totalBytes());
      return new Offer(source, torrent.make(source, line::show), seen);
    }
  }

  /** The .torrent file. */
  byte[] bytes() {
    return torrent.raw().rawBytes();
  }

  /** Begins to give it. */
  Transfer seed(Session session, List<List<String>> trackers) throws IOException {
    Path data = source.root();
    var how =
        TransferOptions.defaults()
            .withTrackers(trackers)
            .seeding(data)
            .with(o -> o.seen = Optional.of(seen));
    return session.add(torrent, Optional.ofNullable(data.getParent()).orElse(data), how);
  }
}
