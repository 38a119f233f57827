package dev.skep.tracker.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.service.web.Pages;
import dev.skep.tracker.admin.CurrentAsker;
import dev.skep.tracker.admin.views.Directory;
import dev.skep.tracker.admin.views.RolloutBooks;
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
  private final RolloutBooks books;
  private final CurrentAsker asker;

  @Inject
  public DashboardResource(Directory directory, RolloutBooks books, CurrentAsker asker) {
    this.directory = directory;
    this.books = books;
    this.asker = asker;
  }

  @GET
  @Produces("text/html; charset=utf-8")
  @Operation(hidden = true)
  public Response page(@Context UriInfo uri) {
    String announce = asker.announceUrl(uri.getBaseUri());
    String page = new Dashboard(directory, books, asker).page(announce);
    return Response.ok(page.getBytes(UTF_8)) // whose length is known, also to HTTP/1.0
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("Content-Security-Policy", Pages.policy(asker.prefix()))
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .build();
  }
}
