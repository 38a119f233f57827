package dev.skep.agent.control;

import dev.skep.service.web.Asset;
import dev.skep.service.web.Pages;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page at {@code /} and the files that it loads: the same for everybody, and read by nobody.
 */
final class PageRoutes {
  private static final List<String> OURS =
      List.of(
          "agent.css",
          "agent.js",
          "chart.js",
          "dialogs.js",
          "list.js",
          "pieces.js",
          "rpc.js",
          "torrent.js");

  private PageRoutes() {}

  static Map<String, Route> all() {
    Map<String, Route> routes = new LinkedHashMap<>();
    Asset page = Asset.beside(PageRoutes.class, "page/index.html", "/index.html");
    routes.put("/", new ReadRoute(false, () -> page(page)));
    for (String name : OURS) {
      put(routes, Asset.beside(PageRoutes.class, "page/" + name, "/page/" + name));
    }
    Pages.assets().forEach(asset -> put(routes, asset));
    return routes;
  }

  private static void put(Map<String, Route> routes, Asset asset) {
    routes.put(asset.path(), new AssetRoute(asset));
  }

  private static Reply page(Asset page) {
    return Reply.of(200, page.type(), Pages.withImportMap(page))
        .with("Content-Security-Policy", Pages.POLICY)
        .with("Cross-Origin-Opener-Policy", "same-origin");
  }
}
