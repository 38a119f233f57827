package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueException;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.swarm.SwarmStore;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Swarms and the catalogue. */
@Path("/api/v1/torrents")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class TorrentsResource {
  private final Directory directory;
  private final Catalogue catalogue;
  private final SwarmStore swarms;

  @Inject
  public TorrentsResource(Directory directory, Catalogue catalogue, SwarmStore swarms) {
    this.directory = directory;
    this.catalogue = catalogue;
    this.swarms = swarms;
  }

  @GET
  @Operation(
      summary = "Torrents: all swarms and all registered ones",
      description =
          "sort is peers, seeders, leechers or completed. With name: registered torrents whose name"
              + " holds it.")
  public TorrentList list(
      @QueryParam("name") @Nullable String name,
      @QueryParam("sort") @DefaultValue("peers") String sort,
      @BeanParam Page page) {
    Page part = page.checked();
    if (name != null) {
      return directory.named(name, part.offset, part.limit);
    }
    Directory.Sort order =
        Directory.Sort.of(sort)
            .orElseThrow(() -> Requests.wrong("sort is peers, seeders, leechers or completed"));
    return directory.torrents(order, part.offset, part.limit);
  }

  @GET
  @Path("{infoHash}")
  @Operation(summary = "One torrent")
  public TorrentView get(@PathParam("infoHash") String hex) {
    return directory.torrent(Requests.infoHash(hex)).orElseThrow(() -> unknown(hex));
  }

  @GET
  @Path("{infoHash}/peers")
  @Operation(summary = "Peers of one torrent")
  public PeerList peers(@PathParam("infoHash") String hex, @BeanParam Page page) {
    InfoHash hash = Requests.infoHash(hex);
    Page part = page.checked();
    if (directory.torrent(hash).isEmpty()) {
      throw unknown(hex);
    }
    return directory.peers(hash, part.offset, part.limit);
  }

  @POST
  @Administration
  @Consumes("application/x-bittorrent")
  @Operation(
      summary = "Registers a torrent",
      description =
          "The body is the .torrent file. name is what the catalogue calls it, else its own.")
  public Response register(@QueryParam("name") @Nullable String name, InputStream body)
      throws IOException {
    byte[] bytes = body(body);
    try {
      Metainfo metainfo = Metainfo.parse(bytes);
      RegisteredTorrent torrent =
          catalogue.register(metainfo, bytes, name == null ? metainfo.name() : name);
      swarms.pin(torrent.infoHash(), 0);
      String hex = torrent.infoHash().hex();
      return Response.created(URI.create("/api/v1/torrents/" + hex))
          .entity(directory.torrent(torrent.infoHash()).orElseThrow())
          .build();
    } catch (MetainfoException e) {
      throw Requests.wrong("not a .torrent file: " + e.getMessage());
    } catch (CatalogueException e) {
      throw Requests.refused(Status.CONFLICT, String.valueOf(e.getMessage()));
    }
  }

  private byte[] body(InputStream body) throws IOException {
    int most = catalogue.limits().metainfoBytes();
    byte[] bytes = body.readNBytes(most + 1);
    if (bytes.length > most) {
      throw Requests.refused(
          Status.REQUEST_ENTITY_TOO_LARGE,
          "the .torrent file is larger than " + most + " bytes (skep.limit.metainfo)");
    }
    return bytes;
  }

  @DELETE
  @Path("{infoHash}")
  @Administration
  @Operation(summary = "Removes a torrent from the catalogue; its peers stay until they leave")
  public void remove(@PathParam("infoHash") String hex) throws IOException {
    InfoHash hash = Requests.infoHash(hex);
    if (!catalogue.remove(hash)) {
      throw Requests.refused(Status.NOT_FOUND, "no torrent " + hex + " is registered");
    }
    swarms.unpin(hash);
  }

  private static RuntimeException unknown(String hex) {
    return Requests.refused(
        Status.NOT_FOUND, "no torrent " + hex + " is registered, and nobody announces it");
  }
}
