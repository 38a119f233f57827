package dev.skep.tracker.admin;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** Which part of a list is wanted. */
public class Page {
  private static final int MOST = 1000;

  @QueryParam("offset")
  @DefaultValue("0")
  @Parameter(description = "How many to leave out first")
  int offset;

  @QueryParam("limit")
  @DefaultValue("100")
  @Parameter(description = "How many at most, 1 to 1000")
  int limit;

  /** This page, if it can be had. */
  Page checked() {
    if (offset < 0 || limit < 1 || limit > MOST) {
      throw Requests.wrong("offset is 0 or more, and limit 1 to " + MOST);
    }
    return this;
  }
}
