package dev.skep.agent.place;

import com.dropbox.core.DbxException;
import com.dropbox.core.DbxRequestConfig;
import com.dropbox.core.InvalidAccessTokenException;
import com.dropbox.core.NetworkIOException;
import com.dropbox.core.RateLimitException;
import com.dropbox.core.http.StandardHttpRequestor;
import com.dropbox.core.oauth.DbxCredential;
import com.dropbox.core.oauth.DbxOAuthException;
import com.dropbox.core.v2.DbxClientV2;
import com.dropbox.core.v2.files.DownloadErrorException;
import com.dropbox.core.v2.files.UploadErrorException;
import com.dropbox.core.v2.files.WriteError;
import com.dropbox.core.v2.files.WriteMode;
import dev.skep.agent.discovery.ConnectionFailures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks Dropbox, by its own library: nothing of that is loaded before somebody means a Dropbox. */
final class DropboxFiles {
  private static final String CLIENT = "skep";

  private final DropboxPlace place;
  private final DropboxAccount account;
  private final DbxClientV2 client;

  DropboxFiles(DropboxPlace place) {
    this.place = place;
    this.account = place.account();
    DbxRequestConfig.Builder config = DbxRequestConfig.newBuilder(CLIENT);
    account.server().ifPresent(server -> config.withHttpRequestor(new Elsewhere(server)));
    this.client = new DbxClientV2(config.build(), credential(account));
  }

  /** A refresh token alone is as a short one that is over. */
  private static DbxCredential credential(DropboxAccount account) {
    if (account.refresh().isEmpty()) {
      return new DbxCredential(account.token().map(DropboxAccount.Secret::text).orElse(""));
    }
    DropboxAccount.Refresh refresh = account.refresh().get();
    return refresh.appSecret().isPresent()
        ? new DbxCredential(
            "", 0L, refresh.token().text(), refresh.appKey(), refresh.appSecret().get())
        : new DbxCredential("", 0L, refresh.token().text(), refresh.appKey());
  }

  Optional<byte[]> read(int mostBytes) throws IOException {
    try (InputStream in = client.files().download(place.path()).getInputStream()) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        throw new PlaceException(place.shown() + ": too long for a .torrent file; is it the data?");
      }
      return Optional.of(bytes);
    } catch (DownloadErrorException e) {
      if (e.errorValue.isPath() && e.errorValue.getPathValue().isNotFound()) {
        return Optional.empty();
      }
      throw told("cannot be read (" + e.errorValue.tag() + "); check its name", e);
    } catch (DbxException e) {
      throw told(e);
    }
  }

  void write(byte[] torrent) throws IOException {
    try {
      client
          .files()
          .uploadBuilder(place.path())
          .withMode(WriteMode.OVERWRITE)
          .withMute(true)
          .uploadAndFinish(new ByteArrayInputStream(torrent));
    } catch (UploadErrorException e) {
      throw e.errorValue.isPath()
          ? told(inWords(e.errorValue.getPathValue().getReason()), e)
          : told("Dropbox does not take it (" + e.errorValue.tag() + ")", e);
    } catch (DbxException e) {
      throw told(e);
    }
  }

  private static String inWords(WriteError why) {
    return switch (why.tag()) {
      case INSUFFICIENT_SPACE -> "this Dropbox has no room left; make some, or name another";
      case NO_WRITE_PERMISSION -> "you may not write into that folder; name another";
      case MALFORMED_PATH, DISALLOWED_NAME -> "no name that Dropbox takes; name another";
      case CONFLICT -> "something else is called so, or a folder above it; name another";
      case TOO_MANY_WRITE_OPERATIONS -> "too much is written there now; try again";
      default -> "Dropbox does not take it (" + why.tag() + ")";
    };
  }

  private PlaceException told(DbxException e) {
    return told(
        switch (e) {
          case InvalidAccessTokenException wrong ->
              account.refresh().isEmpty() && wrong.getAuthError().isExpiredAccessToken()
                  ? "the token in %s is over; get another, or set %s, which lasts"
                      .formatted(origin(), DropboxAccount.REFRESH_TOKEN)
                  : "Dropbox does not take the token in %s; get another".formatted(origin());
          case DbxOAuthException _ ->
              "Dropbox does not take the token in %s (any more), or not from this app (%s); get another"
                  .formatted(origin(), DropboxAccount.APP_KEY);
          case RateLimitException limited ->
              "Dropbox is asked too much; try again in %d s"
                  .formatted(Math.max(1, limited.getBackoffMillis() / 1000));
          case NetworkIOException lost ->
              "Dropbox cannot be reached (%s)".formatted(words(lost.getCause()));
          default ->
              "Dropbox refuses: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        },
        e);
  }

  private static String words(@Nullable IOException why) {
    return why == null ? "no connection" : ConnectionFailures.inWords(why);
  }

  private String origin() {
    return account
        .refresh()
        .map(DropboxAccount.Refresh::token)
        .or(account::token)
        .map(DropboxAccount.Secret::origin)
        .orElse("");
  }

  private PlaceException told(String why, Throwable cause) {
    return new PlaceException(place.shown() + ": " + why, cause);
  }

  /** Another server that speaks as Dropbox's do: of their hosts it is all. */
  private static final class Elsewhere extends StandardHttpRequestor {
    private final URI server;

    Elsewhere(URI server) {
      super(Config.DEFAULT_INSTANCE);
      this.server = server;
    }

    @Override
    protected HttpURLConnection prepRequest(String url, Iterable<Header> headers, boolean streaming)
        throws IOException {
      String path = URI.create(url).getRawPath();
      return super.prepRequest(server.resolve(path).toString(), headers, streaming);
    }
  }
}
