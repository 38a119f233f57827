package dev.skep.tracker.admin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Peers of all torrents. */
@Path("/api/v1/peers")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class PeersResource {
  private final Directory directory;

  @Inject
  public PeersResource(Directory directory) {
    this.directory = directory;
  }

  @GET
  @Operation(summary = "Peers of all torrents, the biggest swarm's first")
  public PeerList peers(@BeanParam Page page) {
    Page part = page.checked();
    return directory.peers(part.offset, part.limit);
  }
}
