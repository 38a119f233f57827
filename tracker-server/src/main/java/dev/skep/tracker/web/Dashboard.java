package dev.skep.tracker.web;

import dev.skep.service.web.Pages;
import dev.skep.tracker.admin.CurrentAsker;
import dev.skep.tracker.admin.views.Directory;
import dev.skep.tracker.admin.views.ListedTorrent;
import dev.skep.tracker.admin.views.Listing;
import dev.skep.tracker.admin.views.PagePart;
import dev.skep.tracker.admin.views.SortedSwarms;
import dev.skep.tracker.admin.views.StatsView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;

/** Draws the one page there is: the tracker in numbers, and its biggest swarms. */
final class Dashboard {
  private static final int MOST_TORRENTS = 50;
  private static final String STYLE = Pages.style() + resource("style.css");
  private static final String SCRIPT = resource("refresh.js");

  /** Lets the page use its own style and script, and nothing else from anywhere. */
  static final String POLICY =
      "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
          + " 'none'; style-src '"
          + digest(STYLE)
          + "'; script-src '"
          + digest(SCRIPT)
          + "'";

  private Dashboard() {}

  /**
   * The page.
   *
   * @param announceUrl under the address at which the page was asked for, which others may use too
   */
  static String page(Directory directory, CurrentAsker asker, String announceUrl) {
    StatsView stats = directory.stats();
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Skep tracker</title>
    <noscript><meta http-equiv="refresh" content="30"></noscript>
    <style>%s</style>
    </head>
    <body>
    <header>
    <h1><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2c3 0 5 1 5.6 3H6.4C7 3 9 2 12 2zM5.3 7h13.4l.9 3H4.4zM3.8 12h16.4l.7 3H3.1zM2.7 17h7.3v5H2.2zM14 17h7.3l.5 5H14z"/></svg>Skep tracker</h1>
    %s
    <p class="quiet">announce to <code>%s</code></p>
    <p id="lost" class="quiet" role="status" hidden>The tracker does not answer; trying again.</p>
    </header>
    <main>
    %s
    %s
    </main>
    <footer>
    <nav aria-label="More"><a href="/api/v1/stats">Numbers as JSON</a><a href="/metrics">Metrics</a><a href="/health">Health</a><a href="/openapi">API</a></nav>
    </footer>
    <script>%s</script>
    </body>
    </html>
    """
        .formatted(
            STYLE,
            about(stats),
            escape(announceUrl),
            numbers(stats),
            torrents(
                directory.torrents(
                    SortedSwarms.Sort.PEERS, PagePart.first(MOST_TORRENTS), asker.sight()),
                asker.passkey()),
            SCRIPT);
  }

  private static String about(StatsView stats) {
    return "<p id=\"about\" class=\"quiet\">version %s, up for %s, peers announce every %s</p>"
        .formatted(
            escape(stats.version()),
            words(Duration.ofSeconds(stats.uptimeSeconds())),
            words(Duration.ofSeconds(stats.intervalSeconds())));
  }

  private static String numbers(StatsView stats) {
    return "<dl class=\"numbers\">"
        + number("torrents", stats.torrents())
        + number("seeders", stats.seeders())
        + number("leechers", stats.leechers())
        + number("peers", stats.peers())
        + number("completed", stats.completed())
        + number("announces", stats.announces())
        + "</dl>";
  }

  private static String number(String name, long value) {
    return "<div><dt>%s</dt><dd>%s</dd></div>".formatted(name, grouped(value));
  }

  private static String torrents(Listing<ListedTorrent> list, String passkey) {
    if (!list.rows().hasNext()) {
      return """
      <h2 id="torrents">Torrents</h2>
      <p class="empty">No torrent yet. Announce one with <strong>skep seed</strong>, or register one with <strong>skep tracker publish</strong>.</p>\
      """;
    }
    var rows = new StringBuilder();
    int shown = 0;
    for (; list.rows().hasNext(); shown++) {
      rows.append(row(list.rows().next(), passkey));
    }
    String caption =
        list.next().get().isPresent()
            ? "The %d with most peers%s"
                .formatted(
                    shown,
                    list.total().isPresent() ? " of " + grouped(list.total().getAsLong()) : "")
            : "All of them, most peers first";
    return """
    <h2 id="torrents">Torrents</h2>
    <div class="scroll" id="scroll" role="region" aria-labelledby="torrents" tabindex="0">
    <table>
    <caption>%s</caption>
    <thead><tr><th scope="col">torrent</th><th scope="col" class="size">size</th><th scope="col">seeders</th><th scope="col">leechers</th><th scope="col">completed</th></tr></thead>
    <tbody>%s</tbody>
    </table>
    </div>\
    """
        .formatted(caption, rows);
  }

  private static String row(ListedTorrent torrent, String passkey) {
    String name = torrent.name();
    String file = torrent.torrentFile();
    String heading =
        name == null || file == null
            ? "<span class=\"quiet\">not registered</span>"
            : "<a href=\"%s\">%s</a>".formatted(escape(file + with(passkey)), escape(name));
    Long bytes = torrent.totalBytes();
    return """
    <tr><th scope="row">%s<code>%s</code></th><td class="size">%s</td><td>%s</td><td>%s</td><td>%s</td></tr>
    """
        .formatted(
            heading,
            torrent.infoHash(),
            bytes == null ? "" : size(bytes),
            grouped(torrent.seeders()),
            grouped(torrent.leechers()),
            grouped(torrent.completed()));
  }

  /** Who came with a passkey needs it for a file, too. */
  private static String with(String passkey) {
    return passkey.isEmpty()
        ? ""
        : "?passkey=" + URLEncoder.encode(passkey, StandardCharsets.UTF_8);
  }

  private static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String size(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double amount = bytes;
    int unit = 0;
    while (amount >= 1024 && unit < units.length - 1) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
  }

  private static String words(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + " d " + duration.toHoursPart() + " h";
    }
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toMinutes() > 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
  }

  /** Names come from strangers' files. */
  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Dashboard.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
