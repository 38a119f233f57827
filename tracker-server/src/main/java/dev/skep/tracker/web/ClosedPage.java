package dev.skep.tracker.web;

import dev.skep.service.web.Pages;
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

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    String accepted = request.getHeaderString(HttpHeaders.ACCEPT);
    if (response.getStatus() == Status.UNAUTHORIZED.getStatusCode()
        && PAGES.contains(request.getUriInfo().getPath())
        && accepted != null
        && accepted.contains(MediaType.TEXT_HTML)) {
      response.setEntity(Dashboard.closed(), null, MediaType.TEXT_HTML_TYPE.withCharset("utf-8"));
      response.getHeaders().putSingle("Content-Security-Policy", Pages.POLICY);
      response.getHeaders().putSingle("Referrer-Policy", "no-referrer");
    }
  }
}
