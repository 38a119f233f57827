package dev.skep.tracker.admin;

import dev.skep.tracker.admin.views.PagePart;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Which part of a list is wanted. */
public class Page {
  private static final int MOST = 1000;

  /** What is left out first is looked at, too; {@code after} goes further at no cost. */
  private static final int MOST_OFFSET = 10_000;

  @QueryParam("offset")
  @DefaultValue("0")
  @Parameter(description = "How many to leave out first, 0 to 10000; further on with after")
  @Nullable String offset;

  @QueryParam("limit")
  @DefaultValue("100")
  @Parameter(description = "How many at most, 1 to 1000")
  @Nullable String limit;

  @QueryParam("after")
  @Parameter(description = "The page behind the one that had this as its next")
  @Nullable String after;

  /** This page, if it can be had. */
  PagePart checked() {
    int skip = Parameters.number("offset", offset, 0, MOST_OFFSET);
    int most = Parameters.number("limit", limit, 1, MOST);
    return new PagePart(Optional.ofNullable(after), skip, most);
  }
}
