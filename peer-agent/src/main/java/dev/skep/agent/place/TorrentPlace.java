package dev.skep.agent.place;

import java.io.IOException;
import java.util.Optional;

/**
 * Where one .torrent file lies, or is to lie. What goes wrong is told in one line that says what to
 * do.
 */
public sealed interface TorrentPlace permits FolderPlace, WebPlace, DropboxPlace {
  /** How people write it, without secrets. */
  String shown();

  /**
   * What is there, if anything is.
   *
   * @param mostBytes more is not read
   * @throws PlaceException if it cannot be asked, does not let us, or there is more
   */
  Optional<byte[]> read(int mostBytes) throws IOException;

  /**
   * Puts a file there, whole or not at all, in place of what is there.
   *
   * @throws PlaceException if it cannot be asked, or does not let us
   */
  void write(byte[] torrent) throws IOException;
}
