package dev.skep.tracker.admin;

import dev.skep.tracker.admin.views.Directory;
import dev.skep.tracker.admin.views.StatsView;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The tracker in numbers. */
@Path("/api/v1/stats")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class StatsResource {
  private final Directory directory;

  @Inject
  public StatsResource(Directory directory) {
    this.directory = directory;
  }

  @GET
  @Operation(summary = "The tracker in numbers")
  public StatsView stats() {
    return directory.stats();
  }
}
