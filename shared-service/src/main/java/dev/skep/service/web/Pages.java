package dev.skep.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** What pages have in common: the files that they load, and what a browser may load for them. */
public final class Pages {
  /**
   * Where modules are, by the names that they import one another by. A page has it in a script of
   * this type, since browsers take none from elsewhere; {@link #POLICY} names it by its digest.
   */
  public static final String IMPORT_MAP =
      """
      {"imports": {
        "lit-html": "/web/lit-html/lit-html.js",
        "lit-html/": "/web/lit-html/",
        "skep/": "/web/skep/",
        "uplot": "/web/uplot/uPlot.esm.js"
      }}
      """;

  /**
   * For {@code Content-Security-Policy}: files of the page's own server and nothing else, no script
   * or style in the page but the import map, text made HTML by lit-html's templates alone, nobody's
   * frame.
   */
  public static final String POLICY =
      "default-src 'none'; script-src 'self' 'sha256-"
          + digest(IMPORT_MAP)
          + "'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; base-uri"
          + " 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for"
          + " 'script'; trusted-types lit-html";

  private static final List<String> OURS =
      List.of(
          "skep.css",
          "icon.svg",
          "icons.js",
          "chart.js",
          "dialog.js",
          "live.js",
          "map.js",
          "notes.js",
          "words.js");

  private static final List<String> LIT =
      List.of("lit-html.js", "directive.js", "directive-helpers.js", "directives/repeat.js");

  private Pages() {}

  /** {@link #IMPORT_MAP} where all files are under a prefix, such as {@code /tracker}. */
  public static String importMap(String prefix) {
    return IMPORT_MAP.replace("\"/", "\"" + prefix + "/");
  }

  /** {@link #POLICY} where they are. */
  public static String policy(String prefix) {
    return POLICY.replace(digest(IMPORT_MAP), digest(importMap(prefix)));
  }

  private static String digest(String importMap) {
    return Asset.digest("SHA-256", importMap.getBytes(UTF_8));
  }

  /** Everything that {@link #IMPORT_MAP} leads to, and the styles. */
  public static List<Asset> assets() {
    List<Asset> all = new ArrayList<>();
    OURS.forEach(name -> all.add(Asset.beside(Pages.class, name, "/web/skep/" + name)));
    WebJar lit = new WebJar("lit-html");
    LIT.forEach(name -> all.add(lit.asset(name, "/web/lit-html/" + name)));
    WebJar uplot = new WebJar("uplot");
    all.add(uplot.asset("dist/uPlot.esm.js", "/web/uplot/uPlot.esm.js"));
    all.add(uplot.asset("dist/uPlot.min.css", "/web/uplot/uPlot.min.css"));
    return all;
  }

  /** A page whose text has {@code IMPORT_MAP} where its import map is to be. */
  public static byte[] withImportMap(Asset page) {
    return new String(page.bytes(), UTF_8).replace("IMPORT_MAP", IMPORT_MAP).getBytes(UTF_8);
  }
}
