package dev.skep.tracker.admin;

import dev.skep.tracker.admin.views.ForeignCursorException;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.glassfish.jersey.server.ParamException;

/** Makes problem JSON of every failure; what a failure of ours was about stays in the log. */
@Provider
public class ProblemMapper implements ExceptionMapper<Exception> {
  private static final Logger LOG = System.getLogger(ProblemMapper.class.getName());

  /** Set by JAX-RS for each request. */
  @SuppressWarnings("NullAway.Init")
  @Context
  private UriInfo uri;

  @Override
  public Response toResponse(Exception failure) {
    return switch (failure) {
      case ParamException wrong ->
          Problem.response(
              Status.BAD_REQUEST, "'" + wrong.getParameterName() + "' is not what it can be");
      case WebApplicationException web when web.getResponse().hasEntity() || isForOthers(web) ->
          web.getResponse();
      case WebApplicationException web ->
          Problem.response(web.getResponse().getStatusInfo(), detail(web));
      case ForeignCursorException wrong ->
          Problem.response(Status.BAD_REQUEST, String.valueOf(wrong.getMessage()));
      case RequestException wrong -> Problem.response(status(wrong), detail(wrong));
      case CloseConnectionException gone -> throw gone; // nobody is there to be told
      case IOException io ->
          Problem.response(Status.SERVICE_UNAVAILABLE, String.valueOf(io.getMessage()));
      default -> {
        LOG.log(Level.ERROR, "a request for " + uri.getPath() + " failed", failure);
        yield Problem.response(
            Status.INTERNAL_SERVER_ERROR, "the tracker failed; its log says more");
      }
    };
  }

  /** A body that is none, as the server's connection finds while it is read. */
  private static Status status(RequestException wrong) {
    return Objects.requireNonNullElse(
        Status.fromStatusCode(wrong.status().code()), Status.BAD_REQUEST);
  }

  private static String detail(RequestException wrong) {
    return wrong.safeMessage() ? String.valueOf(wrong.getMessage()) : "the body is none";
  }

  /** What is not found here is looked for further on: health and metrics are not JAX-RS. */
  private boolean isForOthers(WebApplicationException failure) {
    return isNotFound(failure) && !uri.getPath().startsWith("api/");
  }

  private static boolean isNotFound(WebApplicationException failure) {
    return failure.getResponse().getStatus() == Status.NOT_FOUND.getStatusCode();
  }

  private String detail(WebApplicationException failure) {
    return isNotFound(failure)
        ? "there is no /" + uri.getPath() + "; see /openapi for what there is"
        : String.valueOf(failure.getMessage());
  }
}
