package dev.skep.tracker.web;

import dev.skep.service.web.Pages;
import dev.skep.tracker.admin.CurrentAsker;
import dev.skep.tracker.admin.views.Directory;
import dev.skep.tracker.admin.views.ListedTorrent;
import dev.skep.tracker.admin.views.Listing;
import dev.skep.tracker.admin.views.PagePart;
import dev.skep.tracker.admin.views.RolloutBooks;
import dev.skep.tracker.admin.views.RolloutRow;
import dev.skep.tracker.admin.views.SortedSwarms;
import dev.skep.tracker.admin.views.StatsView;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Draws the page as it is before its scripts run: the tracker in numbers, what is rolled out, and
 * its biggest swarms. Who has no scripts reads that, anew every 30 s.
 */
final class Dashboard {
  private static final int MOST_ROLLOUTS = 20;

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Skep tracker</title>
      <link rel="icon" href="/web/skep/icon.svg">
      <link rel="stylesheet" href="/web/skep/skep.css">
      <link rel="stylesheet" href="/web/uplot/uPlot.min.css">
      <link rel="stylesheet" href="/page/tracker.css">
      <noscript><meta http-equiv="refresh" content="30"></noscript>
      <script type="importmap">IMPORT_MAP</script>
      <script type="module" src="/page/tracker.js"></script>
      </head>
      """;

  private static final String END =
      """
      </div>
      <div id="dialogs"></div>
      </body>
      </html>
      """;

  /** What would not be seen, or lead astray who reads. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Co}\\p{Cn}]");

  private final Directory directory;
  private final RolloutBooks books;
  private final CurrentAsker asker;

  Dashboard(Directory directory, RolloutBooks books, CurrentAsker asker) {
    this.directory = directory;
    this.books = books;
    this.asker = asker;
  }

  private static String head(String prefix) {
    return HEAD.replace("=\"/", "=\"" + prefix + "/")
        .replace("IMPORT_MAP", Pages.importMap(prefix));
  }

  /**
   * The page.
   *
   * @param announceUrl under the address at which the page was asked for, which others may use too
   */
  String page(String announceUrl) {
    StatsView stats = directory.stats();
    String prefix = asker.prefix();
    return head(prefix)
        + """
        <body data-announce="%s">
        <div id="app" class="page">
        <header class="bar row"><strong class="brand">Skep tracker</strong>
        <p class="quiet small">version %s, up for %s, peers announce every %s</p>
        <p class="quiet small">announce to <code>%s</code></p></header>
        <noscript><p class="warning">Without JavaScript this page is made anew every 30 seconds, and shows less: no single torrent, no single host.</p></noscript>
        <main class="stack">
        %s
        %s
        %s
        </main>
        <footer class="row quiet small"><a href="%s/api/v1/stats%s">Numbers as JSON</a><a href="%s/metrics">Metrics</a><a href="%s/health">Health</a><a href="%s/openapi">API</a></footer>
        """
            .formatted(
                escape(announceUrl),
                escape(stats.version()),
                words(Duration.ofSeconds(stats.uptimeSeconds())),
                words(Duration.ofSeconds(stats.intervalSeconds())),
                escape(announceUrl),
                numbers(stats),
                rollouts(books.first(asker.sight(), Optional.empty(), MOST_ROLLOUTS)),
                torrents(
                    directory.torrents(
                        SortedSwarms.Sort.PEERS,
                        PagePart.first(DashboardParts.MOST_SWARMS),
                        asker.sight())),
                prefix,
                withPasskey(),
                prefix,
                prefix,
                prefix)
        + END;
  }

  /** The page for who may not see anything: how to come in. */
  static String closed(String prefix) {
    return head(prefix)
        + """
        <body data-closed>
        <div id="app" class="page">
        <main class="stack"><h1>Not for everybody</h1>
        <p class="empty">This tracker shows nothing to strangers. With a passkey, open it as <code>/?passkey=PASSKEY</code>; administrators log in here, which needs JavaScript.</p></main>
        """
        + END;
  }

  private static String numbers(StatsView stats) {
    return "<dl class=\"card padded figures\">"
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

  private static String rollouts(List<RolloutRow> rollouts) {
    if (rollouts.isEmpty()) {
      return "";
    }
    var lines = new StringBuilder("<h2>Rollouts</h2><ul class=\"card padded\">");
    for (RolloutRow rollout : rollouts) {
      RolloutRow.Counts counts = rollout.counts();
      lines.append(
          "<li>%s: %s, %d of %d done, %d failed, %d late</li>"
              .formatted(
                  escape(rollout.name()),
                  rollout.state(),
                  counts.done(),
                  counts.needed(),
                  counts.failed(),
                  counts.late()));
    }
    return lines.append("</ul>").toString();
  }

  private String torrents(Listing<ListedTorrent> list) {
    if (!list.rows().hasNext()) {
      return """
      <h2>Torrents</h2>
      <p class="empty">No torrent yet. Announce one with <strong>skep seed</strong>, or register one with <strong>skep tracker publish</strong>.</p>\
      """;
    }
    var rows = new StringBuilder();
    int shown = 0;
    for (; list.rows().hasNext(); shown++) {
      rows.append(row(list.rows().next()));
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
    <div class="card scroll" role="region" aria-labelledby="torrents" tabindex="0">
    <table class="swarms">
    <caption>%s</caption>
    <thead><tr><th scope="col">Torrent</th><th scope="col" class="right size">Size</th><th scope="col" class="right">Seeders</th><th scope="col" class="right">Leechers</th><th scope="col" class="right completed">Completed</th></tr></thead>
    <tbody>%s</tbody>
    </table>
    </div>\
    """
        .formatted(caption, rows);
  }

  private String row(ListedTorrent torrent) {
    String name = torrent.name();
    String file = torrent.torrentFile();
    String heading =
        name == null || file == null
            ? "<span class=\"quiet\">not registered</span>"
            : "<a href=\"%s\">%s</a>"
                .formatted(escape(asker.prefix() + file + withPasskey()), escape(name));
    Long bytes = torrent.totalBytes();
    return """
    <tr><th scope="row">%s <code>%s</code></th><td class="right size">%s</td><td class="right">%s</td><td class="right">%s</td><td class="right completed">%s</td></tr>
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
  private String withPasskey() {
    return asker.passkey().isEmpty()
        ? ""
        : "?passkey=" + URLEncoder.encode(asker.passkey(), StandardCharsets.UTF_8);
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
    return UNPRINTABLE
        .matcher(text)
        .replaceAll("?")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
