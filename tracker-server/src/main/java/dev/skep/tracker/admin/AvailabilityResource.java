package dev.skep.tracker.admin;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.admin.views.Availabilities;
import dev.skep.tracker.admin.views.Directory;
import dev.skep.tracker.admin.views.SwarmAvailability;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What of a torrent its peers have together. */
@Path("/api/v1/torrents/{infoHash}/availability")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class AvailabilityResource {
  private final Directory directory;
  private final Availabilities availabilities;
  private final CurrentAsker asker;

  @Inject
  public AvailabilityResource(
      Directory directory, Availabilities availabilities, CurrentAsker asker) {
    this.directory = directory;
    this.availabilities = availabilities;
    this.asker = asker;
  }

  @GET
  @Operation(
      summary = "What of a torrent its peers have together",
      description =
          "copies says how often the torrent is there. Agents that report say now and then which"
              + " pieces they have: least has, for each stretch of pieces, how many peers have the"
              + " one that fewest have. All other peers count by what they say is left.")
  public SwarmAvailability get(@PathParam("infoHash") String hex) {
    InfoHash hash = Parameters.infoHash(hex);
    if (directory.torrent(hash, asker.sight()).isEmpty()) {
      throw TorrentsResource.unknown(hex);
    }
    return availabilities.of(hash);
  }
}
