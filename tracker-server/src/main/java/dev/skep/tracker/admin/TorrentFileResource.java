package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.catalogue.StoredMetainfo;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The .torrent files of the catalogue, byte for byte as they were registered, and their links. */
@Path("/torrents")
@RequestScoped
public class TorrentFileResource {
  private final Catalogue catalogue;
  private final CurrentAsker asker;
  private final CatalogueFront front;
  private final Uploads room;

  /**
   * @param room for files that have to be held whole
   */
  @Inject
  public TorrentFileResource(
      Catalogue catalogue, CurrentAsker asker, CatalogueFront front, Uploads room) {
    this.catalogue = catalogue;
    this.asker = asker;
    this.front = front;
    this.room = room;
  }

  @GET
  @Path("{infoHash}.torrent")
  @Produces("application/x-bittorrent")
  @Operation(summary = "A registered torrent's .torrent file")
  public Response get(@PathParam("infoHash") String hex) throws IOException {
    EntityTags tag = CatalogueFront.tag(catalogue.cursor(), asker.sight());
    RegisteredTorrent torrent = find(hex);
    StoredMetainfo file = open(torrent);
    String name = URLEncoder.encode(torrent.name(), StandardCharsets.UTF_8).replace("+", "%20");
    String disposition = "attachment; filename*=UTF-8''" + name + ".torrent";
    return Response.ok(body(file, tag, disposition))
        .header(HttpHeaders.CONTENT_LENGTH, file.bytes())
        .header(HttpHeaders.CONTENT_DISPOSITION, disposition)
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  @GET
  @Path("{infoHash}.magnet")
  @Produces("text/plain; charset=utf-8")
  @Operation(
      summary = "A registered torrent's magnet link",
      description = "It names the trackers that the torrent does, or else this one.")
  public String magnet(@PathParam("infoHash") String hex, @Context UriInfo uri) throws IOException {
    RegisteredTorrent torrent = find(hex);
    try (Uploads.Held _ =
            room.take(torrent.metainfoBytes())
                .orElseThrow(() -> Parameters.later("too many .torrent files are being read"));
        InputStream content = open(torrent).content()) {
      Magnet link = Metainfo.parse(content.readAllBytes()).magnet();
      List<String> trackers =
          link.trackers().isEmpty()
              ? List.of(asker.announceUrl(uri.getBaseUri()))
              : link.trackers();
      return new Magnet(
              link.infoHashV1(),
              link.infoHashV2(),
              Optional.of(torrent.name()),
              trackers,
              link.peers(),
              link.webSeeds(),
              link.selected())
          .toString();
    } catch (MetainfoException e) {
      throw new IOException("the .torrent file of " + hex + " is damaged: " + e.getMessage(), e);
    }
  }

  private RegisteredTorrent find(String hex) {
    InfoHash hash = Parameters.infoHash(hex);
    return catalogue
        .find(hash)
        .filter(_ -> asker.sight().holds(hash))
        .orElseThrow(() -> unknown(hex));
  }

  private StoredMetainfo open(RegisteredTorrent torrent) throws IOException {
    return catalogue
        .openMetainfo(torrent.infoHash())
        .orElseThrow(() -> unknown(torrent.infoHash().hex()));
  }

  /** All of it, for all who ask for it, or as it is read if it is long. */
  private Object body(StoredMetainfo file, EntityTags tag, String disposition) throws IOException {
    if (file.bytes() > SharedAnswers.MOST_BYTES) {
      return (StreamingOutput) out -> file.content().transferTo(out);
    }
    byte[] all = file.content().readAllBytes();
    front.keep(tag, SharedAnswer.torrent(disposition, all));
    return all;
  }

  private static RuntimeException unknown(String hex) {
    return Parameters.refused(Status.NOT_FOUND, "no torrent " + hex + " is registered");
  }
}
