package dev.skep.agent.place;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What opens a Dropbox. A refresh token lasts until it is revoked, and opens it by short tokens;
 * one of these alone lasts for hours.
 *
 * @param token short; empty where there is a refresh token
 * @param server where Dropbox's HTTP API is, if it is not Dropbox's own
 */
record DropboxAccount(Optional<Secret> token, Optional<Refresh> refresh, Optional<URI> server) {
  static final String TOKEN = "SKEP_DROPBOX_TOKEN";
  static final String REFRESH_TOKEN = "SKEP_DROPBOX_REFRESH_TOKEN";
  static final String APP_KEY = "SKEP_DROPBOX_APP_KEY";
  static final String APP_SECRET = "SKEP_DROPBOX_APP_SECRET";
  static final String SERVER = "SKEP_DROPBOX_URL";
  private static final int LONGEST_BYTES = 16 << 10;

  /**
   * What opens something.
   *
   * @param origin where it was found, for the message when it is not the right one
   */
  record Secret(String text, String origin) {
    @Override
    public String toString() {
      return origin;
    }
  }

  /**
   * A token and the app that it was given to.
   *
   * @param appSecret of an app that has one
   */
  record Refresh(Secret token, String appKey, Optional<String> appSecret) {}

  static DropboxAccount of(String place, Places.Environment environment) throws PlaceException {
    Optional<URI> server = environment.variable(SERVER).map(URI::create);
    Optional<Secret> refresh = secret(environment, REFRESH_TOKEN);
    if (refresh.isPresent()) {
      String key =
          secret(environment, APP_KEY)
              .map(Secret::text)
              .orElseThrow(
                  () -> new PlaceException(place + ": a refresh token needs " + APP_KEY + ", too"));
      Optional<String> appSecret = secret(environment, APP_SECRET).map(Secret::text);
      var app = new Refresh(refresh.get(), key, appSecret);
      return new DropboxAccount(Optional.empty(), Optional.of(app), server);
    }
    Optional<Secret> token = secret(environment, TOKEN);
    if (token.isEmpty()) {
      throw new PlaceException(
          place
              + ": who asks? Set "
              + REFRESH_TOKEN
              + " and "
              + APP_KEY
              + ", or "
              + TOKEN
              + "; with _FILE at its end each names a file");
    }
    return new DropboxAccount(token, Optional.empty(), server);
  }

  /** From a variable, or from the file that one with _FILE at its end names. */
  private static Optional<Secret> secret(Places.Environment environment, String name)
      throws PlaceException {
    Optional<String> text = environment.variable(name);
    if (text.isPresent()) {
      return Optional.of(new Secret(text.get().strip(), name));
    }
    Optional<Path> file = environment.variable(name + "_FILE").map(Path::of);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (Files.size(file.get()) > LONGEST_BYTES) {
        throw new PlaceException(file.get() + ": too long for a token");
      }
      String held = Files.readString(file.get(), UTF_8).strip();
      if (held.isEmpty()) {
        throw new PlaceException(file.get() + ": holds no token");
      }
      return Optional.of(new Secret(held, file.get().toString()));
    } catch (IOException e) {
      throw e instanceof PlaceException told
          ? told
          : new PlaceException(file.get() + ": cannot be read; " + name + "_FILE names it", e);
    }
  }
}
