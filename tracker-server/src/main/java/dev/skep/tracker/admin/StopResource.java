package dev.skep.tracker.admin;

import dev.skep.tracker.access.Grant;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Ends the tracker. */
@Path("/api/v1/stop")
@RequestScoped
public class StopResource {
  private final Stop stop;

  /** Begins to end the process; returns at once. */
  @FunctionalInterface
  public interface Stop {
    void begin();
  }

  @Inject
  public StopResource(Stop stop) {
    this.stop = stop;
  }

  @POST
  @Needs(Grant.ADMINISTER)
  @Operation(summary = "Ends the tracker, after it saved everything")
  public Response stop() {
    stop.begin();
    return Response.accepted().build();
  }
}
