package dev.skep.tracker.admin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What whoever asks may do. */
@Path("/api/v1/self")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class SelfResource {
  private final CurrentAsker asker;

  @Inject
  public SelfResource(CurrentAsker asker) {
    this.asker = asker;
  }

  /**
   * Who asks.
   *
   * @param may administer, publish or read with a token; announce without one
   */
  public record Self(String who, String may) {}

  @GET
  @Operation(summary = "Which token came with this request, and what it is good for")
  public Self self() {
    return new Self(asker.actor().who(), asker.may());
  }
}
