package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.catalogue.StoredMetainfo;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The .torrent files of the catalogue, byte for byte as they were registered. */
@Path("/torrents")
@RequestScoped
public class TorrentFileResource {
  private final Catalogue catalogue;
  private final CurrentAsker asker;
  private final CatalogueFront front;

  @Inject
  public TorrentFileResource(Catalogue catalogue, CurrentAsker asker, CatalogueFront front) {
    this.catalogue = catalogue;
    this.asker = asker;
    this.front = front;
  }

  @GET
  @Path("{infoHash}.torrent")
  @Produces("application/x-bittorrent")
  @Operation(summary = "A registered torrent's .torrent file")
  public Response get(@PathParam("infoHash") String hex) throws IOException {
    InfoHash hash = Parameters.infoHash(hex);
    EntityTags tag = CatalogueFront.tag(catalogue.cursor(), asker.sight());
    RegisteredTorrent torrent =
        catalogue.find(hash).filter(_ -> asker.sight().holds(hash)).orElseThrow(() -> unknown(hex));
    StoredMetainfo file = catalogue.openMetainfo(hash).orElseThrow(() -> unknown(hex));
    String name = URLEncoder.encode(torrent.name(), StandardCharsets.UTF_8).replace("+", "%20");
    String disposition = "attachment; filename*=UTF-8''" + name + ".torrent";
    return Response.ok(body(file, tag, disposition))
        .header(HttpHeaders.CONTENT_LENGTH, file.bytes())
        .header(HttpHeaders.CONTENT_DISPOSITION, disposition)
        .header("X-Content-Type-Options", "nosniff")
        .build();
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
