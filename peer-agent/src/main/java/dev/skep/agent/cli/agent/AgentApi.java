package dev.skep.agent.cli.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.cli.console.Failure;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A running agent, asked over its RPC. */
final class AgentApi {
  private static final String SESSION_ID = "X-Transmission-Session-Id";
  private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(5).toMillis();
  private static final int READ_MILLIS = (int) Duration.ofSeconds(60).toMillis();
  private static final int MOST_BYTES = 256 << 20;

  private final URI base;
  private final Optional<String> account;
  private String sessionId = "";

  /**
   * Nothing is sent yet.
   *
   * @param base without a path
   * @param account {@code USER:PASSWORD}
   */
  AgentApi(URI base, Optional<String> account) {
    this.base = base;
    this.account = account;
  }

  /** Where it is, for people. */
  String address() {
    return base.getAuthority();
  }

  /** Calls a method; returns its result. */
  JsonObject call(String method, JsonObject params) throws Failure {
    JsonObject request =
        Json.createObjectBuilder()
            .add("jsonrpc", "2.0")
            .add("method", method)
            .add("params", params)
            .add("id", 1)
            .build();
    JsonObject answer = parsed(send(request.toString().getBytes(UTF_8), true));
    if (answer.get("error") instanceof JsonObject error) {
      throw new Failure(words(error));
    }
    if (answer.get("result") instanceof JsonObject result) {
      return result;
    }
    throw new Failure(base + " does not answer as a Skep agent does; check the address");
  }

  private static String words(JsonObject error) {
    if (error.get("data") instanceof JsonObject data
        && data.get("error_string") instanceof JsonString text) {
      return text.getString();
    }
    return error.getString("message", "the agent refuses that");
  }

  private JsonObject parsed(byte[] body) throws Failure {
    try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
      return reader.readObject();
    } catch (JsonException e) {
      throw new Failure(base + " does not answer as a Skep agent does; check the address", e);
    }
  }

  private byte[] send(byte[] body, boolean again) throws Failure {
    try {
      HttpURLConnection http =
          (HttpURLConnection) base.resolve("/transmission/rpc").toURL().openConnection();
      http.setRequestMethod("POST");
      http.setConnectTimeout(CONNECT_MILLIS);
      http.setReadTimeout(READ_MILLIS);
      http.setInstanceFollowRedirects(false); // the password is for this agent only
      http.setRequestProperty("Content-Type", "application/json");
      http.setRequestProperty(SESSION_ID, sessionId);
      account.ifPresent(
          pair ->
              http.setRequestProperty(
                  "Authorization",
                  "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8))));
      http.setFixedLengthStreamingMode(body.length);
      http.setDoOutput(true);
      http.getOutputStream().write(body);
      int status = http.getResponseCode();
      if (status == HttpURLConnection.HTTP_CONFLICT && again) {
        sessionId = String.valueOf(http.getHeaderField(SESSION_ID));
        return send(body, false);
      }
      if (status >= 300) {
        throw refused(http, status);
      }
      try (InputStream in = http.getInputStream()) {
        return in.readNBytes(MOST_BYTES);
      }
    } catch (ConnectException | SocketTimeoutException | UnknownHostException e) {
      throw new Failure(
          "no agent answers at "
              + base
              + "; start it with 'skep agent run', or name another with"
              + " --agent or SKEP_AGENT",
          e);
    } catch (IOException e) {
      throw new Failure(base + ": " + e.getMessage(), e);
    }
  }

  private Failure refused(HttpURLConnection http, int status) throws IOException {
    if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
      return new Failure(
          base
              + (account.isEmpty()
                  ? " wants a password; give SKEP_AGENT=http://USER:PASSWORD@HOST:PORT, or"
                      + " --password-file FILE"
                  : " does not accept this user and password"));
    }
    try (InputStream in = http.getErrorStream()) {
      String said = in == null ? "" : new String(in.readNBytes(1000), UTF_8).strip();
      return new Failure(base + " refuses: " + (said.isEmpty() ? "HTTP status " + status : said));
    }
  }

  /** Torrents with these fields, by their places in the queue. */
  List<JsonObject> torrents(List<String> fields, Optional<List<Integer>> ids) throws Failure {
    var params = Json.createObjectBuilder().add("fields", Json.createArrayBuilder(fields));
    ids.ifPresent(some -> params.add("ids", Json.createArrayBuilder(some)));
    List<JsonObject> all = new ArrayList<>();
    for (JsonValue each : call("torrent_get", params.build()).getJsonArray("torrents")) {
      all.add(each.asJsonObject());
    }
    return all;
  }

  /**
   * The ids of the torrents that somebody means by their ids, names or info-hashes.
   *
   * @throws Failure if one of them means none, or several
   */
  List<Integer> ids(List<String> meant) throws Failure {
    List<JsonObject> all = torrents(List.of("id", "name", "hash_string"), Optional.empty());
    List<Integer> ids = new ArrayList<>();
    for (String one : meant) {
      ids.add(id(one, all));
    }
    return ids;
  }

  private static int id(String meant, List<JsonObject> all) throws Failure {
    List<Integer> found =
        all.stream()
            .filter(
                torrent ->
                    torrent.getString("name").equals(meant)
                        || torrent.getString("hash_string").equalsIgnoreCase(meant))
            .map(torrent -> torrent.getInt("id"))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    if (found.size() > 1) {
      throw new Failure(
          found.size() + " torrents are called '" + meant + "'; give the number or info-hash");
    }
    return all.stream()
        .map(torrent -> torrent.getInt("id"))
        .filter(id -> String.valueOf(id).equals(meant))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    "the agent has no torrent '" + meant + "'; skep agent list shows them"));
  }
}
