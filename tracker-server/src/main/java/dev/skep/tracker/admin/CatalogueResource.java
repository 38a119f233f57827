package dev.skep.tracker.admin;

import dev.skep.tracker.admin.views.CatalogueEvents;
import dev.skep.tracker.admin.views.CatalogueFinder;
import dev.skep.tracker.admin.views.CatalogueList;
import dev.skep.tracker.admin.views.CatalogueRow;
import dev.skep.tracker.admin.views.CatalogueSearch;
import dev.skep.tracker.admin.views.CatalogueSearch.Order;
import dev.skep.tracker.admin.views.PagePart;
import dev.skep.tracker.admin.views.Sight;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueCursor;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The catalogue for those who follow it: what is registered, and what changes. */
@Path("/api/v1/catalogue")
@RequestScoped
public class CatalogueResource {
  /** Changes are rare, and over in no time. */
  private static final int MOST_TRIES = 3;

  private final Catalogue catalogue;
  private final CurrentAsker asker;
  private final EventStreams streams;
  private final CatalogueFront front;

  @Inject
  public CatalogueResource(
      Catalogue catalogue, CurrentAsker asker, EventStreams streams, CatalogueFront front) {
    this.catalogue = catalogue;
    this.asker = asker;
    this.streams = streams;
    this.front = front;
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Registered torrents",
      description =
          "sort is newest (what was published last first) or name. A page of a search may hold"
              + " fewer than limit and still have a next. The ETag is another one after each change"
              + " of the catalogue; with it as If-None-Match the answer is 304 until then. An agent"
              + " that says who it is, with skep_host, skep_id and skep_labels, is among the hosts"
              + " that rollouts can mean.")
  @APIResponse(content = @Content(schema = @Schema(implementation = CatalogueList.class)))
  public Response list(
      @BeanParam SearchParameters search,
      @QueryParam("sort") @DefaultValue("newest") String sort,
      @BeanParam Page page,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known,
      @Context UriInfo uri)
      throws IOException {
    presence(uri).run();
    Sight sight = asker.sight();
    Optional<String> same = CatalogueFront.tag(catalogue.cursor(), sight).matching(known);
    if (same.isPresent()) {
      return about(Response.notModified(), same.get()).build();
    }
    CatalogueSearch wanted = search.checked();
    PagePart part = page.checked();
    Order in = order(sort);
    var finder = new CatalogueFinder(catalogue);
    return list(
        sight,
        (now, out) ->
            finder
                .find(wanted, in, part, sight, CatalogueRow::of)
                .write(Map.of("cursor", now.toString()), "torrents", out));
  }

  /** Writes a list of a state of the catalogue. */
  @FunctionalInterface
  private interface Rows {
    void write(CatalogueCursor now, OutputStream out);
  }

  /**
   * A list that is of one state of the catalogue, for all who ask for it. One that is too long for
   * that is written as it comes, and may see a change.
   */
  private Response list(Sight sight, Rows rows) throws IOException {
    CatalogueCursor now = catalogue.cursor();
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      CatalogueCursor before = now;
      Optional<byte[]> whole = SharedAnswer.bytes(out -> rows.write(before, out));
      if (whole.isEmpty()) {
        break;
      }
      if (catalogue.isStill(before)) {
        EntityTags tag = CatalogueFront.tag(before, sight);
        front.keep(tag, SharedAnswer.json(whole.get()));
        return about(Response.ok(whole.get()), tag.text()).build();
      }
      now = catalogue.cursor();
    }
    CatalogueCursor last = now;
    StreamingOutput streamed = out -> rows.write(last, out);
    return about(Response.ok(streamed), CatalogueFront.tag(last, sight).text()).build();
  }

  /** What notes, each time, that an agent follows that says who it is. */
  private Runnable presence(UriInfo uri) {
    String query = Objects.requireNonNullElse(uri.getRequestUri().getRawQuery(), "");
    boolean vouched = asker.isVouchedFor();
    return front.presence(query, asker.from(), () -> vouched);
  }

  /** Whoever keeps it is to ask whether it still holds. */
  private static Response.ResponseBuilder about(Response.ResponseBuilder answer, String tag) {
    return answer
        .header(HttpHeaders.ETAG, tag)
        .header(HttpHeaders.CACHE_CONTROL, CatalogueFront.CACHING)
        .header(HttpHeaders.VARY, CatalogueFront.VARYING);
  }

  static Order order(String sort) {
    return switch (sort) {
      case "newest" -> Order.NEWEST;
      case "name" -> Order.NAME;
      default -> throw Parameters.wrong("sort is newest or name");
    };
  }

  @GET
  @Path("events")
  @Produces("text/event-stream")
  @Operation(
      summary = "What changes in the catalogue, as server-sent events",
      description =
          "at: where the stream begins; published: a row as in the catalogue; removed: an infoHash;"
              + " reset: what happened before is not known any more, read the catalogue anew. The"
              + " id of the last event, sent as Last-Event-ID or after, goes on behind it, also"
              + " after a restart of the tracker.")
  public Response events(
      @HeaderParam("Last-Event-ID") @Nullable String last,
      @QueryParam("after") @Parameter(description = "As Last-Event-ID") @Nullable String after,
      @QueryParam("wait")
          @DefaultValue("" + EventAnswer.LONGEST_SECONDS)
          @Parameter(description = "After how many seconds the stream ends, 0 to 900")
          String wait,
      @Context UriInfo uri) {
    Duration howLong =
        Duration.ofSeconds(Parameters.number("wait", wait, 0, EventAnswer.LONGEST_SECONDS));
    Sight sight = asker.sight();
    // One that is none is as good as another catalogue's.
    Optional<CatalogueCursor> cursor =
        Optional.ofNullable(last == null ? after : last)
            .map(text -> CatalogueCursor.parse(text).orElse(new CatalogueCursor(0, -1)));
    EventStreams.Room room =
        streams
            .enter(asker.from())
            .orElseThrow(
                () ->
                    Parameters.later(
                        "too many event streams are open (skep.limit.streams); ask"
                            + " /api/v1/catalogue with If-None-Match instead"));
    Runnable present = presence(uri);
    return EventAnswer.of(
        room,
        asker.lasting(),
        out -> CatalogueEvents.write(catalogue, sight, cursor, howLong, present, out));
  }
}
