package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.tracker.access.Grant;
import dev.skep.tracker.admin.views.CatalogueSearch;
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
import dev.skep.tracker.catalogue.Registrar;
import dev.skep.tracker.catalogue.RegistrationException;
import dev.skep.tracker.swarm.SwarmStore;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
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
  private final Uploads uploads;
  private final Registrar registrar;

  @Inject
  public TorrentsResource(
      Directory directory,
      Catalogue catalogue,
      SwarmStore swarms,
      CurrentAsker asker,
      Uploads uploads,
      Registrar registrar) {
    this.directory = directory;
    this.catalogue = catalogue;
    this.swarms = swarms;
    this.asker = asker;
    this.uploads = uploads;
    this.registrar = registrar;
  }

  @GET
  @Operation(
      summary = "Torrents: all swarms and all registered ones",
      description =
          "sort is peers, seeders, leechers or completed. What looks for registered torrents (name,"
              + " label, infoHash, minBytes, maxBytes, since, until) finds only those: by name if"
              + " that is looked for, else what was published last first, or as sort says: newest"
              + " or name; a page may then hold fewer than limit and still have a next.")
  @APIResponse(content = @Content(schema = @Schema(implementation = TorrentList.class)))
  public StreamingOutput list(
      @BeanParam SearchParameters search,
      @QueryParam("sort") @Nullable String sort,
      @BeanParam Page page) {
    PagePart part = page.checked();
    CatalogueSearch wanted = search.checked();
    Listing<ListedTorrent> torrents =
        wanted.equals(CatalogueSearch.ALL)
            ? directory.torrents(order(sort == null ? "peers" : sort), part, asker.sight())
            : directory.registered(wanted, order(sort, wanted), part, asker.sight());
    return out -> torrents.write("torrents", out);
  }

  private static CatalogueSearch.Order order(@Nullable String sort, CatalogueSearch wanted) {
    String usual = wanted.name().isPresent() && !wanted.exact() ? "name" : "newest";
    return CatalogueResource.order(sort == null ? usual : sort);
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
  @Needs(Grant.PUBLISH)
  @Consumes("application/x-bittorrent")
  @Operation(
      summary = "Registers a torrent",
      description =
          "The body is the .torrent file. One that is registered already is replaced, with all that"
              + " is said of it here. Others may have the same name.")
  public Response register(
      @BeanParam PublicationParameters said,
      @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Parameter(hidden = true) @Nullable String length,
      InputStream body)
      throws IOException {
    try (Uploads.Held _ = roomFor(length)) {
      byte[] sent = body(body);
      boolean restores = asker.may(Grant.ADMINISTER);
      int completed = said.completed(restores);
      RegisteredTorrent torrent =
          registrar.register(
              sent, said::name, said.publication(catalogue.now(), restores), completed);
      String hex = torrent.infoHash().hex();
      return Response.created(asker.seen("/api/v1/torrents/" + hex))
          .entity(directory.registered(torrent))
          .build();
    } catch (MetainfoException e) {
      throw Parameters.wrong("not a .torrent file: " + e.getMessage());
    } catch (RegistrationException e) {
      Status status = e.isWrong() ? Status.BAD_REQUEST : Status.CONFLICT;
      throw Parameters.refused(status, String.valueOf(e.getMessage()));
    }
  }

  /** A body that does not say how long it is may be as long as the longest. */
  private Uploads.Held roomFor(@Nullable String length) {
    int most = catalogue.limits().metainfoBytes();
    long bytes = length == null ? most : Long.parseLong(length); // the front end has checked it
    if (bytes > most) {
      throw tooLarge();
    }
    return uploads
        .take(bytes)
        .orElseThrow(
            () ->
                Parameters.later(
                    "too many .torrent files are being registered; try again later"
                        + " (skep.limit.uploads)"));
  }

  private byte[] body(InputStream body) throws IOException {
    int most = catalogue.limits().metainfoBytes();
    byte[] bytes = body.readNBytes(most + 1);
    if (bytes.length > most) {
      throw tooLarge();
    }
    return bytes;
  }

  private RuntimeException tooLarge() {
    return Parameters.refused(
        Status.REQUEST_ENTITY_TOO_LARGE,
        "the .torrent file is larger than "
            + catalogue.limits().metainfoBytes()
            + " bytes (skep.limit.metainfo)");
  }

  @DELETE
  @Path("{infoHash}")
  @Needs(Grant.PUBLISH)
  @Operation(summary = "Removes a torrent from the catalogue; its peers stay until they leave")
  public void remove(@PathParam("infoHash") String hex) throws IOException {
    InfoHash hash = Parameters.infoHash(hex);
    if (!catalogue.remove(hash)) {
      throw Parameters.refused(Status.NOT_FOUND, "no torrent " + hex + " is registered");
    }
    swarms.unpin(hash);
  }

  static RuntimeException unknown(String hex) {
    return Parameters.refused(
        Status.NOT_FOUND, "no torrent " + hex + " is registered, and nobody announces it");
  }
}
