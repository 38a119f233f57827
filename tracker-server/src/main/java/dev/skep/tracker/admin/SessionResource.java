package dev.skep.tracker.admin;

import dev.skep.tracker.access.Grant;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Logging in and out with a browser. Who logs in sends the token as everybody else does, and is
 * judged as everybody else is; from then on the browser sends a cookie instead.
 */
@Path("/page/session")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class SessionResource {
  /** The cookie's name. */
  static final String COOKIE = "skep_session";

  /** What carries {@link Sessions.Session#csrf}. */
  static final String CSRF = "X-Skep-Csrf";

  private final Sessions sessions;
  private final CurrentAsker asker;

  @Inject
  public SessionResource(Sessions sessions, CurrentAsker asker) {
    this.sessions = sessions;
    this.asker = asker;
  }

  /**
   * Who asks.
   *
   * @param administrator whether by a session
   * @param csrf empty if there is none
   */
  public record Shown(boolean administrator, String csrf) {}

  @GET
  @Operation(hidden = true)
  public Shown session() {
    return asker
        .session()
        .map(session -> new Shown(true, session.csrf()))
        .orElse(new Shown(false, ""));
  }

  @POST
  @Needs(Grant.ADMINISTER)
  @Operation(hidden = true)
  public Response logIn(@HeaderParam("Origin") @Nullable String origin) {
    String secret =
        asker
            .secret()
            .orElseThrow(() -> Parameters.wrong("send the admin token to begin a session"));
    Sessions.Begun begun = sessions.begin(secret);
    return Response.ok(new Shown(true, begun.session().csrf()))
        .cookie(cookie(begun.id(), origin, NewCookie.DEFAULT_MAX_AGE))
        .build();
  }

  @DELETE
  @Needs(Grant.ADMINISTER)
  @Operation(hidden = true)
  public Response logOut(@HeaderParam("Origin") @Nullable String origin) {
    asker.session().ifPresent(sessions::end);
    return Response.noContent()
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .cookie(cookie("", origin, 0))
        .build();
  }

  /**
   * No script reads it, no other site's page makes the browser send it, and it goes over TLS only
   * where the page came so, also through a proxy: the browser says that in {@code Origin}.
   */
  private static NewCookie cookie(String id, @Nullable String origin, int maxAgeSeconds) {
    return new NewCookie.Builder(COOKIE)
        .value(id)
        .path("/")
        .maxAge(maxAgeSeconds)
        .httpOnly(true)
        .secure(origin != null && origin.startsWith("https:"))
        .sameSite(NewCookie.SameSite.STRICT)
        .build();
  }
}
