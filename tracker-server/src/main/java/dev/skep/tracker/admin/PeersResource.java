package dev.skep.tracker.admin;

import dev.skep.tracker.admin.views.Directory;
import dev.skep.tracker.admin.views.Listing;
import dev.skep.tracker.admin.views.PeerInfo;
import dev.skep.tracker.admin.views.PeerList;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Peers of all torrents. */
@Path("/api/v1/peers")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class PeersResource {
  private final Directory directory;
  private final CurrentAsker asker;

  @Inject
  public PeersResource(Directory directory, CurrentAsker asker) {
    this.directory = directory;
    this.asker = asker;
  }

  @GET
  @Operation(summary = "Peers of all torrents, the biggest swarm's first")
  @APIResponse(content = @Content(schema = @Schema(implementation = PeerList.class)))
  public StreamingOutput peers(@BeanParam Page page) {
    Listing<PeerInfo> peers = directory.peers(page.checked(), asker.sight());
    return out -> peers.write("peers", out);
  }
}
