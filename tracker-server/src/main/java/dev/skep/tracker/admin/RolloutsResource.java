package dev.skep.tracker.admin;

import dev.skep.tracker.access.Grant;
import dev.skep.tracker.admin.views.Listing;
import dev.skep.tracker.admin.views.PagePart;
import dev.skep.tracker.admin.views.RolloutBooks;
import dev.skep.tracker.admin.views.RolloutEvents;
import dev.skep.tracker.admin.views.RolloutHost;
import dev.skep.tracker.admin.views.RolloutHostList;
import dev.skep.tracker.admin.views.RolloutList;
import dev.skep.tracker.admin.views.RolloutRow;
import dev.skep.tracker.admin.views.Sight;
import dev.skep.tracker.rollout.HostRow;
import dev.skep.tracker.rollout.HostState;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.RolloutException;
import dev.skep.tracker.rollout.RolloutKeeping;
import dev.skep.tracker.rollout.RolloutPlan;
import dev.skep.tracker.rollout.Rollouts;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Which machines must get a torrent, and how far each of them is. */
@Path("/api/v1/rollouts")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RolloutsResource {
  private static final String EXAMPLE =
      """
      {"torrent":"site.tar","labels":["web"],"deadline":"2026-11-30T12:00:00Z","done":"verified"}\
      """;

  private final Rollouts rollouts;
  private final RolloutKeeping keeping;
  private final RolloutRequests requests;
  private final CurrentAsker asker;
  private final EventStreams streams;
  private final Uploads uploads;

  @Inject
  public RolloutsResource(
      Rollouts rollouts,
      RolloutKeeping keeping,
      RolloutRequests requests,
      CurrentAsker asker,
      EventStreams streams,
      Uploads uploads) {
    this.rollouts = rollouts;
    this.keeping = keeping;
    this.requests = requests;
    this.asker = asker;
    this.streams = streams;
    this.uploads = uploads;
  }

  @GET
  @Operation(
      summary = "Rollouts, those that were created last first",
      description = "state is running, late, done or cancelled, and may be repeated.")
  @APIResponse(content = @Content(schema = @Schema(implementation = RolloutList.class)))
  public StreamingOutput list(
      @QueryParam("state") @Nullable List<String> states, @BeanParam Page page) {
    var wanted = new ArrayList<Rollout.State>();
    for (String state : Objects.requireNonNullElse(states, List.<String>of())) {
      wanted.add(
          Rollout.State.of(state)
              .orElseThrow(() -> Parameters.wrong("state is running, late, done or cancelled")));
    }
    Sight sight = asker.sight();
    PagePart part = page.checked();
    Listing<RolloutRow> rows =
        new RolloutBooks(rollouts)
            .rollouts(
                rollout ->
                    isVisible(rollout, sight)
                        && (wanted.isEmpty() || wanted.contains(rollout.state())),
                part);
    return out -> rows.write("rollouts", out);
  }

  @POST
  @Needs(Grant.PUBLISH)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Begins a rollout",
      description =
          "torrent is an info-hash or a name. Hosts are named (hosts), or all whose agents have one"
              + " of labels, or whose address is in one of networks or zones; of these anyOf"
              + " suffice, or of any that report if nothing else is said. done is verified or"
              + " hooked; webhooks are called when it is done or late and when a host failed;"
              + " metrics is a name under which it is in /metrics.")
  @RequestBody(content = @Content(mediaType = MediaType.APPLICATION_JSON, example = EXAMPLE))
  @APIResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = RolloutRow.class)))
  public Response create(
      @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Parameter(hidden = true) @Nullable String length,
      InputStream body)
      throws IOException {
    RolloutPlan plan;
    try (Uploads.Held _ = roomFor(length)) {
      byte[] bytes = body.readNBytes(RolloutRequests.MOST_BYTES + 1);
      if (bytes.length > RolloutRequests.MOST_BYTES) {
        throw tooLarge();
      }
      plan = requests.read(bytes);
    }
    try {
      Rollout rollout = keeping.create(plan);
      return Response.created(asker.seen("/api/v1/rollouts/" + rollout.id()))
          .entity(RolloutRow.of(rollout).json())
          .build();
    } catch (RolloutException e) {
      throw Parameters.refused(Status.CONFLICT, String.valueOf(e.getMessage()));
    }
  }

  private Uploads.Held roomFor(@Nullable String length) {
    long bytes = length == null ? RolloutRequests.MOST_BYTES : Long.parseLong(length);
    if (bytes > RolloutRequests.MOST_BYTES) {
      throw tooLarge();
    }
    return uploads
        .take(bytes)
        .orElseThrow(
            () -> Parameters.later("too much is being uploaded; try again (skep.limit.uploads)"));
  }

  private static RuntimeException tooLarge() {
    return Parameters.refused(
        Status.REQUEST_ENTITY_TOO_LARGE,
        "a rollout has at most " + RolloutRequests.MOST_BYTES + " bytes of JSON");
  }

  @GET
  @Path("{id}")
  @Operation(summary = "One rollout in numbers")
  @APIResponse(content = @Content(schema = @Schema(implementation = RolloutRow.class)))
  public String get(@PathParam("id") String id) {
    return RolloutRow.of(find(id)).json();
  }

  @GET
  @Path("{id}/hosts")
  @Operation(
      summary = "The hosts of a rollout, by name",
      description =
          "state is unseen, waiting, downloading, stalled, failed, verified or hooked; or done,"
              + " missing (not done) or late; and may be repeated.")
  @APIResponse(content = @Content(schema = @Schema(implementation = RolloutHostList.class)))
  public StreamingOutput hosts(
      @PathParam("id") String id,
      @QueryParam("state") @Nullable List<String> states,
      @BeanParam Page page) {
    Rollout rollout = find(id);
    List<Predicate<HostRow>> wanted =
        Objects.requireNonNullElse(states, List.<String>of()).stream()
            .distinct() // a query has room for hundreds
            .map(state -> filter(rollout, state))
            .toList();
    Listing<RolloutHost> hosts =
        new RolloutBooks(rollouts)
            .hosts(
                rollout,
                host -> wanted.isEmpty() || wanted.stream().anyMatch(one -> one.test(host)),
                page.checked());
    return out -> hosts.write("hosts", out);
  }

  private static Predicate<HostRow> filter(Rollout rollout, String word) {
    Optional<HostState> state = HostState.of(word);
    if (state.isPresent()) {
      return host -> host.status().state() == state.get();
    }
    return switch (word) {
      case "done" -> host -> host.status().done();
      case "missing" -> host -> !host.status().done();
      case "late" -> host -> rollout.state() == Rollout.State.LATE && !host.status().done();
      default ->
          throw Parameters.wrong(
              "state is unseen, waiting, downloading, stalled, failed, verified, hooked, done,"
                  + " missing or late");
    };
  }

  @DELETE
  @Path("{id}")
  @Needs(Grant.PUBLISH)
  @Operation(summary = "Cancels a rollout; who fetches goes on")
  public void cancel(@PathParam("id") String id) throws IOException {
    if (!keeping.cancel(find(id))) {
      throw Parameters.refused(Status.CONFLICT, "rollout " + id + " is done already");
    }
  }

  @GET
  @Path("{id}/events")
  @Produces("text/event-stream")
  @Operation(
      summary = "What changes in a rollout, as server-sent events",
      description =
          "at: where the stream begins; host: a host as it is now, at first all of them; rollout:"
              + " the rollout in numbers; end: the same, and it is done or cancelled. The id of the"
              + " last event, sent as Last-Event-ID or after, goes on behind it.")
  public Response events(
      @PathParam("id") String id,
      @HeaderParam("Last-Event-ID") @Nullable String last,
      @QueryParam("after") @Parameter(description = "As Last-Event-ID") @Nullable String after,
      @QueryParam("wait")
          @DefaultValue("" + EventAnswer.LONGEST_SECONDS)
          @Parameter(description = "After how many seconds the stream ends, 0 to 900")
          String wait) {
    Duration howLong =
        Duration.ofSeconds(Parameters.number("wait", wait, 0, EventAnswer.LONGEST_SECONDS));
    Rollout rollout = find(id);
    long version =
        Optional.ofNullable(last == null ? after : last)
            .filter(text -> text.matches("\\d{1,18}"))
            .map(Long::parseLong)
            .orElse(0L);
    EventStreams.Room room =
        streams
            .enter(asker.from())
            .orElseThrow(
                () ->
                    Parameters.later(
                        "too many event streams are open (skep.limit.streams); ask"
                            + " /api/v1/rollouts/"
                            + rollout.id()
                            + " instead"));
    return EventAnswer.of(
        room,
        asker.lasting(),
        out -> RolloutEvents.write(rollouts, rollout, version, howLong, out));
  }

  private Rollout find(String id) {
    Sight sight = asker.sight();
    return rollouts
        .find(id)
        .filter(rollout -> isVisible(rollout, sight))
        .orElseThrow(
            () ->
                Parameters.refused(
                    Status.NOT_FOUND, "there is no rollout '" + Parameters.shown(id) + "'"));
  }

  private static boolean isVisible(Rollout rollout, Sight sight) {
    return sight.holdsRegistered(rollout.plan().torrent().infoHash());
  }
}
