package dev.skep.tracker.admin;

import dev.skep.tracker.access.Administrators;
import dev.skep.tracker.access.Administrators.Refusal;
import io.helidon.webserver.http.ServerRequest;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Turns away who may not administer, before anything of the request's body is read. */
@Provider
@Administration
@Priority(Priorities.AUTHORIZATION)
public class AdministrationFilter implements ContainerRequestFilter {
  private final Administrators administrators;

  /** Set by JAX-RS for each request. */
  @SuppressWarnings("NullAway.Init")
  @Context
  private ServerRequest connection;

  @Inject
  public AdministrationFilter(Administrators administrators) {
    this.administrators = administrators;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    var asked =
        new Administrators.Request(
            ((InetSocketAddress) connection.remotePeer().address()).getAddress(),
            header(request, HttpHeaders.AUTHORIZATION),
            header(request, HttpHeaders.HOST),
            header(request, "Origin"),
            header(request, "Forwarded").or(() -> header(request, "X-Forwarded-For")).isPresent());
    administrators.refuse(asked).map(AdministrationFilter::response).ifPresent(request::abortWith);
  }

  private static Optional<String> header(ContainerRequestContext request, String name) {
    return Optional.ofNullable(request.getHeaderString(name));
  }

  private static Response response(Refusal refusal) {
    if (!refusal.tokenWanted()) {
      return Problem.response(Status.FORBIDDEN, refusal.reason());
    }
    return Response.fromResponse(Problem.response(Status.UNAUTHORIZED, refusal.reason()))
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }
}
