package dev.skep.tracker.admin;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.access.Readers;
import dev.skep.tracker.access.Readers.Answer;
import dev.skep.tracker.admin.views.Sight;
import dev.skep.tracker.announce.Proxies;
import io.helidon.webserver.http.ServerRequest;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds out who asks and what that one may read, and turns away who may not, before anything of the
 * request's body is read. No route of the API, of pages or of files goes past here.
 */
@Provider
@Priority(Priorities.AUTHORIZATION)
public class AskerFilter implements ContainerRequestFilter {
  private static final String SCHEME = "Bearer ";
  private static final String PASSKEY = "passkey";

  private final Readers readers;
  private final Proxies proxies;
  private final CurrentAsker asker;

  /** Set by JAX-RS for each request. */
  @SuppressWarnings("NullAway.Init")
  @Context
  private ServerRequest connection;

  /** Set by JAX-RS for each request. */
  @SuppressWarnings("NullAway.Init")
  @Context
  private ResourceInfo route;

  @Inject
  public AskerFilter(Readers readers, Proxies proxies, CurrentAsker asker) {
    this.readers = readers;
    this.proxies = proxies;
    this.asker = asker;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    IpAddress from;
    try {
      from = asker(request);
    } catch (Proxies.NonsenseException e) {
      request.abortWith(Problem.response(Status.BAD_REQUEST, String.valueOf(e.getMessage())));
      return;
    }
    Optional<String> secret =
        Optional.ofNullable(request.getHeaderString(HttpHeaders.AUTHORIZATION))
            .filter(header -> header.startsWith(SCHEME))
            .map(header -> header.substring(SCHEME.length()).strip());
    String passkey =
        Objects.requireNonNullElse(request.getUriInfo().getQueryParameters().getFirst(PASSKEY), "");
    switch (readers.judge(new Readers.Asker(from, secret, passkey))) {
      case Answer.Administrator() -> asker.admit(Sight.EVERYTHING, passkey, from);
      case Answer.TooOften(Duration pause, String reason) ->
          request.abortWith(tooOften(pause, reason));
      case Answer.Reader reader when isAdministration() ->
          request.abortWith(tokenWanted(reader.withSecret()));
      case Answer.Reader reader -> asker.admit(sight(reader), passkey, from);
      case Answer.Refused refused when isAdministration() ->
          request.abortWith(tokenWanted(refused.withSecret()));
      case Answer.Refused refused when refused.passkeyHelps() ->
          request.abortWith(unauthorized(refused.reason()));
      case Answer.Refused refused ->
          request.abortWith(Problem.response(Status.FORBIDDEN, refused.reason()));
    }
  }

  private static Sight sight(Answer.Reader reader) {
    return new Sight(
        reader.visible(), reader.registered(), reader.all(), reader.all() ? "" : reader.mark());
  }

  private IpAddress asker(ContainerRequestContext request) throws Proxies.NonsenseException {
    IpAddress peer =
        IpAddress.of(((InetSocketAddress) connection.remotePeer().address()).getAddress());
    return proxies.asker(
        peer, Objects.requireNonNullElse(request.getHeaders().get("X-Forwarded-For"), List.of()));
  }

  private boolean isAdministration() {
    Method method = route.getResourceMethod(); // none where the server answers OPTIONS by itself
    return (method != null && method.isAnnotationPresent(Administration.class))
        || route.getResourceClass().isAnnotationPresent(Administration.class);
  }

  private static Response tokenWanted(boolean withSecret) {
    return unauthorized(
        withSecret
            ? "that is not this tracker's admin token"
            : "send this tracker's admin token as 'Authorization: Bearer TOKEN'");
  }

  private static Response unauthorized(String reason) {
    return Response.fromResponse(Problem.response(Status.UNAUTHORIZED, reason))
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }

  private static Response tooOften(Duration pause, String reason) {
    long seconds = Math.max(1, pause.plusMillis(999).toSeconds());
    return Response.fromResponse(
            Problem.response(Status.TOO_MANY_REQUESTS, reason + "; try again in " + seconds + " s"))
        .header(HttpHeaders.RETRY_AFTER, seconds)
        .build();
  }
}
