package dev.skep.tracker.admin;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.access.Grant;
import dev.skep.tracker.access.Readers;
import dev.skep.tracker.access.Readers.Answer;
import dev.skep.tracker.admin.CatalogueFront.Question;
import dev.skep.tracker.admin.views.Sight;
import dev.skep.tracker.announce.Proxies;
import io.helidon.http.HeaderNames;
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
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out who asks and what that one may read, and turns away who may not, before anything of the
 * request's body is read. No route of the API, of pages or of files goes past here.
 */
@Provider
@Priority(Priorities.AUTHORIZATION)
public class AskerFilter implements ContainerRequestFilter {
  private static final String SCHEME = "Bearer ";
  private static final String PASSKEY = "passkey";

  /** What changes nothing. */
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final Readers readers;
  private final Proxies proxies;
  private final CurrentAsker asker;
  private final Sessions sessions;

  /** Set by JAX-RS for each request. */
  @SuppressWarnings("NullAway.Init")
  @Context
  private ServerRequest connection;

  /** Set by JAX-RS for each request. */
  @SuppressWarnings("NullAway.Init")
  @Context
  private ResourceInfo route;

  @Inject
  public AskerFilter(Readers readers, Proxies proxies, CurrentAsker asker, Sessions sessions) {
    this.readers = readers;
    this.proxies = proxies;
    this.asker = asker;
    this.sessions = sessions;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    Optional<Sessions.Session> session = session(request);
    if (session.filter(own -> mayBeForged(own, request)).isPresent()) {
      request.abortWith(
          Problem.response(
              Status.FORBIDDEN, "a session changes things by this tracker's page only"));
      return;
    }
    Question question;
    try {
      question =
          Question.CURRENT.isBound()
              ? Question.CURRENT.get()
              : question(request.getUriInfo(), session);
    } catch (Proxies.NonsenseException e) {
      request.abortWith(Problem.response(Status.BAD_REQUEST, String.valueOf(e.getMessage())));
      return;
    }
    if (session.isPresent()) {
      asker.comesBy(session.get());
      if (question.answer() instanceof Answer.Reader
          || question.answer() instanceof Answer.Refused) {
        sessions.end(session.get()); // its token is one no more
      }
    } else {
      question.asker().secret().ifPresent(asker::brings);
    }
    asker.admitAsLongAs(readers.lasting(question.asker(), question.answer()));
    if (readers.vouchesFor(question.asker(), question.answer())) {
      asker.vouchFor();
    }
    IpAddress from = question.asker().from();
    String passkey = question.asker().passkey();
    Optional<Grant> needed = needed();
    switch (question.answer()) {
      case Answer.Holder(Grant grant, String who)
          when needed.isEmpty() || grant.covers(needed.get()) ->
          asker.admitHolder(who, grant, passkey, from);
      case Answer.Holder(Grant grant, var _) ->
          request.abortWith(Problem.response(Status.FORBIDDEN, tooLittle(grant, needed.get())));
      case Answer.TooOften(Duration pause, String reason) ->
          request.abortWith(tooOften(pause, reason));
      case Answer.Reader reader when needed.isPresent() ->
          request.abortWith(tokenWanted(reader.withSecret()));
      case Answer.Reader reader -> asker.admit(sight(reader), passkey, from);
      case Answer.Refused refused when needed.isPresent() ->
          request.abortWith(tokenWanted(refused.withSecret()));
      case Answer.Refused refused when refused.passkeyHelps() ->
          request.abortWith(unauthorized(refused.reason()));
      case Answer.Refused refused ->
          request.abortWith(Problem.response(Status.FORBIDDEN, refused.reason()));
    }
  }

  private Question question(UriInfo uri, Optional<Sessions.Session> session)
      throws Proxies.NonsenseException {
    String passkey = Objects.requireNonNullElse(uri.getQueryParameters().getFirst(PASSKEY), "");
    Readers.Asker itself = asker(connection, passkey, proxies);
    Readers.Asker judged =
        session.isEmpty()
            ? itself
            : new Readers.Asker(itself.from(), session.map(Sessions.Session::secret), passkey);
    return new Question("", judged, readers.judge(judged));
  }

  /** The session of one who brings nothing else to be known by. */
  private Optional<Sessions.Session> session(ContainerRequestContext request) {
    return Optional.ofNullable(request.getCookies().get(SessionResource.COOKIE))
        .filter(_ -> request.getHeaderString(HttpHeaders.AUTHORIZATION) == null)
        .flatMap(cookie -> sessions.find(cookie.getValue()));
  }

  /** Browsers send cookies with what pages of other sites ask for, too. */
  private static boolean mayBeForged(Sessions.Session session, ContainerRequestContext request) {
    return !SAFE.contains(request.getMethod())
        && !session.isOwn(request.getHeaderString(SessionResource.CSRF));
  }

  /**
   * Who sends a request.
   *
   * @param passkey as the query has it, empty if it has none
   * @throws Proxies.NonsenseException if a trusted proxy names no address
   */
  static Readers.Asker asker(ServerRequest request, String passkey, Proxies proxies)
      throws Proxies.NonsenseException {
    IpAddress peer =
        IpAddress.of(((InetSocketAddress) request.remotePeer().address()).getAddress());
    IpAddress from =
        proxies.asker(
            peer, request.headers().all(HeaderNames.create(proxies.header().text()), List::of));
    String authorization =
        String.join(",", request.headers().all(HeaderNames.AUTHORIZATION, List::of));
    Optional<String> secret =
        authorization.startsWith(SCHEME)
            ? Optional.of(authorization.substring(SCHEME.length()).strip())
            : Optional.empty();
    return new Readers.Asker(from, secret, passkey);
  }

  static Sight sight(Answer.Reader reader) {
    return new Sight(
        reader.visible(), reader.registered(), reader.all(), reader.all() ? "" : reader.mark());
  }

  private Optional<Grant> needed() {
    Method method = route.getResourceMethod(); // none where the server answers OPTIONS by itself
    return Optional.ofNullable(method)
        .map(asked -> asked.getAnnotation(Needs.class))
        .or(() -> Optional.ofNullable(route.getResourceClass().getAnnotation(Needs.class)))
        .map(Needs::value);
  }

  private static String tooLittle(Grant grant, Grant needed) {
    return "that token may " + grant.text() + "; this takes one that may " + needed.text();
  }

  private static Response tokenWanted(boolean withSecret) {
    return unauthorized(
        withSecret
            ? "that is none of this tracker's tokens, or has expired"
            : "send a token of this tracker's as 'Authorization: Bearer TOKEN'");
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
