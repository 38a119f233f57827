package dev.skep.tracker.admin;

import dev.skep.tracker.access.Grant;
import dev.skep.tracker.admin.views.HostInfo;
import dev.skep.tracker.admin.views.HostList;
import dev.skep.tracker.admin.views.Listing;
import dev.skep.tracker.admin.views.RolloutBooks;
import dev.skep.tracker.rollout.RolloutKeeping;
import dev.skep.tracker.rollout.Rollouts;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Machines whose agents said who they are. Their names are for who has a token. */
@Path("/api/v1/hosts")
@RequestScoped
@Needs(Grant.READ)
@Produces(MediaType.APPLICATION_JSON)
public class HostsResource {
  private final Rollouts rollouts;
  private final RolloutKeeping keeping;

  @Inject
  public HostsResource(Rollouts rollouts, RolloutKeeping keeping) {
    this.rollouts = rollouts;
    this.keeping = keeping;
  }

  @GET
  @Operation(summary = "Machines that are known, by name; of a label only if one is given")
  @APIResponse(content = @Content(schema = @Schema(implementation = HostList.class)))
  public StreamingOutput list(@QueryParam("label") @Nullable String label, @BeanParam Page page) {
    Listing<HostInfo> hosts =
        new RolloutBooks(rollouts)
            .machines(host -> label == null || host.labels().contains(label), page.checked());
    return out -> hosts.write("hosts", out);
  }

  @DELETE
  @Path("{name}")
  @Needs(Grant.PUBLISH)
  @Operation(
      summary =
          "Forgets a machine, also in rollouts that run: it is gone, or has another id since it was"
              + " made anew")
  public void forget(@PathParam("name") String name) throws IOException {
    if (!keeping.forgetHost(name)) {
      throw Parameters.refused(
          Status.NOT_FOUND, "no host '" + Parameters.shown(name) + "' is known");
    }
  }
}
