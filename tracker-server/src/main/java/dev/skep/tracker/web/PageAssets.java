package dev.skep.tracker.web;

import dev.skep.service.web.Asset;
import dev.skep.service.web.Pages;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.PathMatchers;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/**
 * The files that the page is made of: the same for everybody, and nothing of any torrent is in
 * them, so whoever asks gets them. They do not pass through JAX-RS.
 */
public final class PageAssets {
  private static final List<String> OURS =
      List.of(
          "api.js",
          "chart.js",
          "closed.js",
          "dialogs.js",
          "overview.js",
          "parts.js",
          "pieces.js",
          "rollout.js",
          "session.js",
          "torrent.js",
          "tracker.css",
          "tracker.js");

  private PageAssets() {}

  /** Adds a route for each. */
  public static void addTo(HttpRules rules) {
    for (String name : OURS) {
      add(rules, Asset.beside(PageAssets.class, "page/" + name, "/page/" + name));
    }
    Pages.assets().forEach(asset -> add(rules, asset));
  }

  private static void add(HttpRules rules, Asset asset) {
    rules.route(
        Method.predicate(Method.GET, Method.HEAD),
        PathMatchers.exact(asset.path()),
        (request, response) -> answer(asset, request, response));
  }

  /** A browser that has it is told so. */
  private static void answer(Asset asset, ServerRequest request, ServerResponse response) {
    String tag = asset.tag();
    response
        .header(HeaderValues.create(HeaderNames.ETAG, tag))
        .header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-cache"));
    if (request.headers().first(HeaderNames.IF_NONE_MATCH).filter(tag::equals).isPresent()) {
      response.status(Status.NOT_MODIFIED_304).send();
    } else {
      response
          .header(HeaderValues.create(HeaderNames.CONTENT_TYPE, asset.type()))
          .send(asset.bytes());
    }
  }
}
