package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.tracker.admin.views.Directory;
import dev.skep.tracker.admin.views.ListedTorrent;
import dev.skep.tracker.admin.views.Listing;
import dev.skep.tracker.admin.views.PagePart;
import dev.skep.tracker.admin.views.PeerInfo;
import dev.skep.tracker.admin.views.PeerList;
import dev.skep.tracker.admin.views.SortedSwarms;
import dev.skep.tracker.admin.views.TorrentList;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.catalogue.RegistrationException;
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
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Swarms and the catalogue. */
@Path("/api/v1/torrents")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class TorrentsResource {
  private final Directory directory;
  private final Catalogue catalogue;
  private final SwarmStore swarms;
  private final CurrentAsker asker;

  @Inject
  public TorrentsResource(
      Directory directory, Catalogue catalogue, SwarmStore swarms, CurrentAsker asker) {
    this.directory = directory;
    this.catalogue = catalogue;
    this.swarms = swarms;
    this.asker = asker;
  }

  @GET
  @Operation(
      summary = "Torrents: all swarms and all registered ones",
      description =
          "sort is peers, seeders, leechers or completed. With name: registered torrents whose name"
              + " holds it, by name; a page may then hold fewer than limit and still have a next."
              + " With exact=true too: the one of that name.")
  @APIResponse(content = @Content(schema = @Schema(implementation = TorrentList.class)))
  public StreamingOutput list(
      @QueryParam("name") @Nullable String name,
      @QueryParam("exact") @DefaultValue("false") boolean exact,
      @QueryParam("sort") @DefaultValue("peers") String sort,
      @BeanParam Page page) {
    PagePart part = page.checked();
    Listing<ListedTorrent> torrents;
    if (name == null) {
      torrents = directory.torrents(order(sort), part, asker.sight());
    } else if (exact) {
      torrents = directory.called(name, asker.sight());
    } else {
      torrents = directory.named(name, part, asker.sight());
    }
    return out -> torrents.write("torrents", out);
  }

  private static SortedSwarms.Sort order(String sort) {
    return SortedSwarms.Sort.of(sort)
        .orElseThrow(() -> Parameters.wrong("sort is peers, seeders, leechers or completed"));
  }

  @GET
  @Path("{infoHash}")
  @Operation(summary = "One torrent")
  public ListedTorrent get(@PathParam("infoHash") String hex) {
    return directory
        .torrent(Parameters.infoHash(hex), asker.sight())
        .orElseThrow(() -> unknown(hex));
  }

  @GET
  @Path("{infoHash}/peers")
  @Operation(summary = "Peers of one torrent")
  @APIResponse(content = @Content(schema = @Schema(implementation = PeerList.class)))
  public StreamingOutput peers(@PathParam("infoHash") String hex, @BeanParam Page page) {
    InfoHash hash = Parameters.infoHash(hex);
    PagePart part = page.checked();
    if (directory.torrent(hash, asker.sight()).isEmpty()) {
      throw unknown(hex);
    }
    Listing<PeerInfo> peers = directory.peers(hash, part);
    return out -> peers.write("peers", out);
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
          .entity(directory.torrent(torrent.infoHash(), asker.sight()).orElseThrow())
          .build();
    } catch (MetainfoException e) {
      throw Parameters.wrong("not a .torrent file: " + e.getMessage());
    } catch (RegistrationException e) {
      throw Parameters.refused(Status.CONFLICT, String.valueOf(e.getMessage()));
    }
  }

  private byte[] body(InputStream body) throws IOException {
    int most = catalogue.limits().metainfoBytes();
    byte[] bytes = body.readNBytes(most + 1);
    if (bytes.length > most) {
      throw Parameters.refused(
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
    InfoHash hash = Parameters.infoHash(hex);
    if (!catalogue.remove(hash)) {
      throw Parameters.refused(Status.NOT_FOUND, "no torrent " + hex + " is registered");
    }
    swarms.unpin(hash);
  }

  private static RuntimeException unknown(String hex) {
    return Parameters.refused(
        Status.NOT_FOUND, "no torrent " + hex + " is registered, and nobody announces it");
  }
}
