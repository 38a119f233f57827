package dev.skep.tracker.web;

import dev.skep.tracker.admin.CurrentAsker;
import dev.skep.tracker.admin.views.Directory;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The page at {@code /} and {@code /stats}. */
@Path("/{page: (stats)?}")
@RequestScoped
public class DashboardResource {
  private final Directory directory;
  private final CurrentAsker asker;

  @Inject
  public DashboardResource(Directory directory, CurrentAsker asker) {
    this.directory = directory;
    this.asker = asker;
  }

  @GET
  @Produces("text/html; charset=utf-8")
  @Operation(hidden = true)
  public Response page(@Context UriInfo uri) {
    String announce =
        uri.getBaseUri().resolve(asker.passkey().isEmpty() ? "/" : "/" + asker.passkey() + "/")
            + "announce";
    return Response.ok(Dashboard.page(directory, asker, announce))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("Content-Security-Policy", Dashboard.POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .build();
  }
}
