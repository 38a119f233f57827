package dev.skep.agent.session.content;

import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.util.List;

/** Which files to download, said before it may be known which there are. */
@FunctionalInterface
public interface FileChoice {
  /** All alike. */
  FileChoice ALL = _ -> List.of();

  /**
   * Chooses among the files of this torrent.
   *
   * @return the priorities in their order; empty for all alike
   * @throws IOException if what was said does not fit this torrent
   */
  List<FilePriority> of(Metainfo torrent) throws IOException;
}
