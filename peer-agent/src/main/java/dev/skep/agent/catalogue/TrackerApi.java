package dev.skep.agent.catalogue;

import dev.skep.agent.catalogue.TrackerHttp.Tagged;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.tracker.HostIdentity;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks and administers a running tracker over its HTTP API. Every failure is one line that says
 * what happened and what to do.
 */
public final class TrackerApi {
  private static final int PAGE = 500;

  private final TrackerHttp http;
  private final Optional<String> passkey;
  private final Optional<HostIdentity> asking;

  /**
   * Nothing is sent yet.
   *
   * @param passkey what its peers announce with, if they need one
   */
  public TrackerApi(URI base, AdminSecret secret, Optional<String> passkey) {
    this(new TrackerHttp(base, secret), passkey, Optional.empty());
  }

  private TrackerApi(TrackerHttp http, Optional<String> passkey, Optional<HostIdentity> asking) {
    this.http = http;
    this.passkey = passkey;
    this.asking = asking;
  }

  /** The same for a host that says who it is where it asks for the catalogue. */
  public TrackerApi introducedAs(HostIdentity host) {
    return new TrackerApi(http, passkey, Optional.of(host));
  }

  private String whoAsks(String separator) {
    return asking.map(host -> separator + host.toQuery()).orElse("");
  }

  /**
   * A tracker that a setting names.
   *
   * @param url as {@link TrackerAddress} reads it
   * @param tokenFile what opens it, if that is another than its passkey
   * @throws IOException if one of the two cannot be used, in one line
   */
  public static TrackerApi named(String url, Optional<Path> tokenFile) throws IOException {
    TrackerAddress at =
        TrackerAddress.parse(url)
            .orElseThrow(() -> new IOException("'" + url + "' is no tracker's URL"));
    try {
      AdminSecret secret =
          tokenFile.isPresent()
              ? AdminSecret.read(tokenFile.get())
              : new AdminSecret(at.passkey(), "the tracker's address");
      return new TrackerApi(at.base(), secret, at.passkey());
    } catch (FileSystemException e) {
      throw new IOException(e.getFile() + ": cannot be read; is it there?", e);
    }
  }

  /** Where the tracker is. */
  public URI base() {
    return http.base();
  }

  /** Its rollouts. */
  public RolloutApi rollouts() {
    return new RolloutApi(http);
  }

  /** Who may do what there. */
  public AccessApi access() {
    return new AccessApi(http);
  }

  /** Where its peers announce. */
  public String announceUrl() {
    return new TrackerAddress(base(), passkey).announceUrl();
  }

  /** The tracker itself: version, uptime, counts. */
  public JsonObject stats() throws IOException {
    return http.json("/api/v1/stats");
  }

  /**
   * All torrents, page by page.
   *
   * @param label only registered ones that have it, the latest first, if there is one
   */
  public List<JsonObject> torrents(Optional<String> label) throws IOException {
    String wanted = label.map(text -> "label=" + TrackerHttp.encode(text) + "&").orElse("");
    return http.all("/api/v1/torrents?" + wanted, "torrents");
  }

  /**
   * What a catalogue carries under a label.
   *
   * @param torrents the latest first
   * @param tag names the state of the catalogue that reading began with
   * @param isAll whether that is all of it: it was read to its end, and did not change meanwhile
   */
  public record Carried(List<JsonObject> torrents, Optional<String> tag, boolean isAll) {}

  /**
   * What the catalogue carries under a label, unless that is the same as before. No connection is
   * kept for the next time: thousands who ask again and again would hold all that a tracker has.
   *
   * @param before the tag of what was answered before
   * @param most more are not asked for
   * @return nothing if the catalogue has not changed
   */
  public Optional<Carried> carried(String label, Optional<String> before, int most)
      throws IOException {
    String path =
        "/api/v1/catalogue?limit=" + PAGE + "&label=" + TrackerHttp.encode(label) + whoAsks("&");
    Optional<Tagged> first = http.unless(before, path);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> tag = first.get().tag();
    var all = new ArrayList<JsonObject>();
    Tagged answer = first.get();
    long bytes = 0;
    boolean isSame = true;
    for (int pages = 1; ; pages++) {
      bytes += answer.bytes();
      isSame &= answer.tag().equals(tag);
      JsonObject page = answer.document();
      if (!(page.get("torrents") instanceof JsonArray rows)
          || !rows.stream().allMatch(JsonObject.class::isInstance)) {
        throw http.noTracker(null);
      }
      all.addAll(rows.getValuesAs(JsonObject.class));
      if (!(page.get("next") instanceof JsonString next)) {
        return Optional.of(new Carried(all, tag, isSame));
      }
      if (all.size() > most || pages > most || bytes > TrackerHttp.MAX_ANSWER_BYTES) {
        return Optional.of(new Carried(all, tag, false));
      }
      answer = http.tagged(path + "&after=" + TrackerHttp.encode(next.getString()));
    }
  }

  /**
   * The stream of what changes in the catalogue from now on. A read fails after 45 s in which
   * nothing came.
   *
   * @throws IOException if the tracker has none, or none for us now
   */
  public InputStream events() throws IOException {
    return http.stream("/api/v1/catalogue/events" + whoAsks("?"));
  }

  /** The peers of one torrent, or of all. */
  public List<JsonObject> peers(Optional<String> infoHash) throws IOException {
    Optional<String> path = infoHash.map(hash -> "/api/v1/torrents/" + hash + "/peers?");
    return http.all(path.orElse("/api/v1/peers?"), "peers");
  }

  /**
   * The torrent of that name or info-hash; of several of the name the one that was published last.
   *
   * @throws IOException if there is none
   */
  public JsonObject torrent(String nameOrHash) throws IOException {
    return http.json("/api/v1/torrents/" + infoHashes(nameOrHash).getFirst());
  }

  /**
   * The info-hash of the only torrent of that name or info-hash.
   *
   * @throws IOException if there is none, or several have the name
   */
  public String onlyInfoHash(String nameOrHash) throws IOException {
    List<String> named = infoHashes(nameOrHash);
    if (named.size() > 1) {
      throw new TrackerApiException(
          named.size()
              + " torrents are called '"
              + nameOrHash
              + "'; give the info-hash of the one that is meant: "
              + String.join(", ", named));
    }
    return named.getFirst();
  }

  private List<String> infoHashes(String nameOrHash) throws IOException {
    if (nameOrHash.matches("[0-9a-fA-F]{40}")) {
      return List.of(nameOrHash.toLowerCase(java.util.Locale.ROOT));
    }
    List<String> named =
        http
            .all(
                "/api/v1/torrents?exact=true&name=" + TrackerHttp.encode(nameOrHash) + "&",
                "torrents")
            .stream()
            .filter(torrent -> torrent.getString("name", "").equals(nameOrHash))
            .map(torrent -> torrent.getString("infoHash"))
            .toList();
    if (named.isEmpty()) {
      throw new TrackerApiException(
          base() + " has no torrent called '" + nameOrHash + "'; skep tracker list shows them");
    }
    return named;
  }

  /** Puts a .torrent into the catalogue. */
  public void publish(byte[] torrent) throws IOException {
    publish(torrent, Map.of());
  }

  /**
   * The same with what else is to be told of it.
   *
   * @param about query parameters: {@code name}, {@code label}, {@code signature}, {@code signer},
   *     {@code published}
   */
  public void publish(byte[] torrent, Map<String, List<String>> about) throws IOException {
    List<String> query = new ArrayList<>();
    about.forEach(
        (name, values) -> values.forEach(v -> query.add(name + "=" + TrackerHttp.encode(v))));
    String path = "/api/v1/torrents" + (query.isEmpty() ? "" : "?" + String.join("&", query));
    http.post(path, "application/x-bittorrent", torrent);
  }

  /** Takes rows of the catalogue. */
  @FunctionalInterface
  public interface Rows {
    void take(JsonObject row) throws IOException;
  }

  /** Shows all torrents of the catalogue, by name; a page of them at a time is in memory. */
  public void eachRegistered(Rows rows) throws IOException {
    http.each("/api/v1/torrents?since=0&sort=name&", "torrents", rows::take);
  }

  /** Another one after each change of the catalogue. */
  public String catalogueCursor() throws IOException {
    return http.json("/api/v1/catalogue?limit=1").getString("cursor", "");
  }

  /**
   * Puts a torrent into the catalogue as another tracker had it.
   *
   * @param row what that one told of it
   */
  public void restore(byte[] torrent, JsonObject row) throws IOException {
    var about = new LinkedHashMap<String, List<String>>();
    for (String name : List.of("name", "signature", "signer")) {
      if (row.get(name) instanceof JsonString text) {
        about.put(name, List.of(text.getString()));
      }
    }
    if (row.get("labels") instanceof JsonArray labels) {
      about.put(
          "label",
          labels.getValuesAs(JsonString.class).stream().map(JsonString::getString).toList());
    }
    if (row.get("published") instanceof JsonString published) {
      long seconds = Instant.parse(published.getString()).getEpochSecond();
      about.put("published", List.of(Long.toString(seconds)));
    }
    about.put("completed", List.of(Integer.toString(row.getInt("completed", 0))));
    publish(torrent, about);
  }

  /** Takes a torrent out of the catalogue. */
  public void remove(String infoHash) throws IOException {
    http.delete("/api/v1/torrents/" + infoHash);
  }

  /** Asks the tracker to end. */
  public void stop() throws IOException {
    http.post("/api/v1/stop");
  }

  /** The .torrent file of a torrent in the catalogue. */
  public byte[] torrentFile(String infoHash) throws IOException {
    return http.bytes("/torrents/" + infoHash + ".torrent");
  }

  /** Announce URLs in tiers of a torrent from the catalogue, this tracker's first. */
  public List<List<String>> trackersOf(Metainfo torrent) {
    // Who published it may not have known under which address we reach this tracker.
    List<String> announce = List.of(announceUrl());
    boolean hasItsOwn = torrent.isPrivate() && !torrent.trackers().isEmpty(); // BEP 27: no other
    if (hasItsOwn || torrent.trackers().stream().anyMatch(tier -> tier.containsAll(announce))) {
      return torrent.trackers();
    }
    var tiers = new ArrayList<>(torrent.trackers());
    tiers.addFirst(announce);
    return tiers;
  }
}
