package dev.skep.tracker.web;

import dev.skep.service.web.Pages;
import dev.skep.tracker.admin.CurrentAsker;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;

/**
 * What a browser is shown where the page is not for everybody: how to come in. Programs get the
 * problem as it is.
 */
@Provider
public class ClosedPage implements ContainerResponseFilter {
  private static final Set<String> PAGES = Set.of("", "/", "stats");

  private final CurrentAsker asker;

  @Inject
  public ClosedPage(CurrentAsker asker) {
    this.asker = asker;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    String accepted = request.getHeaderString(HttpHeaders.ACCEPT);
    if (response.getStatus() == Status.UNAUTHORIZED.getStatusCode()
        && PAGES.contains(request.getUriInfo().getPath())
        && accepted != null
        && accepted.contains(MediaType.TEXT_HTML)) {
      response.setEntity(
          Dashboard.closed(asker.prefix()), null, MediaType.TEXT_HTML_TYPE.withCharset("utf-8"));
      response.getHeaders().putSingle("Content-Security-Policy", Pages.policy(asker.prefix()));
      response.getHeaders().putSingle("Referrer-Policy", "no-referrer");
    }
  }
}
