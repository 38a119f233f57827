package dev.skep.tracker.web;

import dev.skep.tracker.admin.CurrentAsker;
import dev.skep.tracker.admin.EventAnswer;
import dev.skep.tracker.admin.EventStreams;
import dev.skep.tracker.admin.Parameters;
import dev.skep.tracker.admin.views.Sight;
import dev.skep.tracker.admin.views.SortedSwarms;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What the page shows, as a stream of server-sent events. */
@Path("/page/events")
@RequestScoped
public class PageEventsResource {
  private final PageBoard board;
  private final CurrentAsker asker;
  private final EventStreams streams;

  @Inject
  public PageEventsResource(PageBoard board, CurrentAsker asker, EventStreams streams) {
    this.board = board;
    this.asker = asker;
    this.streams = streams;
  }

  @GET
  @Produces("text/event-stream")
  @Operation(hidden = true)
  public Response events(
      @QueryParam("torrent") @Nullable String torrent,
      @QueryParam("sort") @DefaultValue("peers") String sort,
      @QueryParam("wait") @DefaultValue("" + EventAnswer.LONGEST_SECONDS) String wait) {
    View view =
        torrent == null
            ? new View.Overview(
                SortedSwarms.Sort.of(sort)
                    .orElseThrow(
                        () -> Parameters.wrong("sort is peers, seeders, leechers or completed")))
            : new View.OneTorrent(Parameters.infoHash(torrent));
    Duration howLong =
        Duration.ofSeconds(Parameters.number("wait", wait, 0, EventAnswer.LONGEST_SECONDS));
    Sight sight = asker.sight();
    EventStreams.Room room =
        streams
            .enter(asker.from())
            .orElseThrow(
                () -> Parameters.later("too many event streams are open (skep.limit.streams)"));
    return EventAnswer.streamed(
        room, asker.lasting(), out -> board.send(view, sight, howLong, out));
  }
}
