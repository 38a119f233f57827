package dev.skep.agent.catalogue;

import dev.skep.agent.discovery.TrackerUrl;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.TorrentFile;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.stream.Stream;

/** A torrent as a JSON document; its names are a contract with scripts. */
public final class TorrentDocument {
  private TorrentDocument() {}

  public static JsonObjectBuilder of(Metainfo torrent) {
    var json = Json.createObjectBuilder().add("name", torrent.name());
    torrent.infoHashV1().ifPresent(hash -> json.add("infoHash", hash.hex()));
    torrent.infoHashV2().ifPresent(hash -> json.add("infoHashV2", hash.hex()));
    json.add("totalBytes", torrent.totalBytes())
        .add("pieceLengthBytes", torrent.layout().pieceLengthBytes())
        .add("pieces", torrent.layout().pieceCount())
        .add("files", files(torrent))
        .add("trackers", tiers(torrent))
        .add("webSeeds", shown(torrent.webSeeds()))
        .add("private", torrent.isPrivate());
    torrent.comment().ifPresent(comment -> json.add("comment", comment));
    torrent.createdBy().ifPresent(by -> json.add("createdBy", by));
    torrent.createdAt().ifPresent(at -> json.add("createdAt", at.toString()));
    return json.add("magnet", Magnets.of(torrent).toString());
  }

  /** A magnet link: the same names, as far as a link tells. */
  public static JsonObjectBuilder of(Magnet typed) {
    Magnet link = Magnets.shown(typed);
    var json = Json.createObjectBuilder();
    link.name().ifPresent(name -> json.add("name", name));
    link.infoHashV1().ifPresent(hash -> json.add("infoHash", hash.hex()));
    link.infoHashV2().ifPresent(hash -> json.add("infoHashV2", hash.hex()));
    var tiers = Json.createArrayBuilder();
    link.trackers().forEach(url -> tiers.add(Json.createArrayBuilder().add(url)));
    return json.add("trackers", tiers)
        .add("webSeeds", Json.createArrayBuilder(link.webSeeds()))
        .add("peers", Json.createArrayBuilder(link.peers()))
        .add("selectedFiles", selected(link))
        .add("magnet", link.toString());
  }

  /** First and last index of each range, counted from 0. */
  private static JsonArrayBuilder selected(Magnet link) {
    var ranges = Json.createArrayBuilder();
    link.selected()
        .forEach(
            range -> ranges.add(Json.createArrayBuilder().add(range.first()).add(range.last())));
    return ranges;
  }

  /** The files that a person gets: no padding. */
  public static Stream<TorrentFile> realFiles(Metainfo torrent) {
    return torrent.files().stream().filter(file -> !file.padding());
  }

  private static JsonArrayBuilder files(Metainfo torrent) {
    var files = Json.createArrayBuilder();
    realFiles(torrent)
        .forEach(
            file ->
                files.add(
                    Json.createObjectBuilder()
                        .add("path", String.join("/", file.path()))
                        .add("bytes", file.lengthBytes())));
    return files;
  }

  private static JsonArrayBuilder shown(List<String> urls) {
    return Json.createArrayBuilder(urls.stream().map(TrackerUrl::withoutCredentials).toList());
  }

  private static JsonArrayBuilder tiers(Metainfo torrent) {
    var tiers = Json.createArrayBuilder();
    torrent.trackers().forEach(tier -> tiers.add(shown(tier)));
    return tiers;
  }
}
