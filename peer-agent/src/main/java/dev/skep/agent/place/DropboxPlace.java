package dev.skep.agent.place;

import java.io.IOException;
import java.util.Optional;

/**
 * A file in a Dropbox.
 *
 * @param path from the root of what the app may see, with a slash before it
 * @param account whose
 */
record DropboxPlace(String path, DropboxAccount account) implements TorrentPlace {
  private static final String SCHEME = "dropbox:";

  static boolean isOne(String text) {
    return text.startsWith(SCHEME);
  }

  static DropboxPlace of(String text, Places.Environment environment) throws PlaceException {
    String path = text.substring(SCHEME.length());
    if (!path.startsWith("/") || path.endsWith("/")) {
      throw new PlaceException(text + ": no file in a Dropbox; write dropbox:/FOLDER/NAME");
    }
    return new DropboxPlace(path, DropboxAccount.of(text, environment));
  }

  @Override
  public String shown() {
    return SCHEME + path;
  }

  @Override
  public Optional<byte[]> read(int mostBytes) throws IOException {
    return new DropboxFiles(this).read(mostBytes);
  }

  @Override
  public void write(byte[] torrent) throws IOException {
    new DropboxFiles(this).write(torrent);
  }
}
