package dev.skep.tracker.config;

/** The list of keys as the commented default file and as a page. */
public final class Documentation {
  private Documentation() {}

  /** A properties file that sets every key to its default and says what it does. */
  public static String defaultFile() {
    var text = new StringBuilder(4096);
    text.append(
        "# Skep tracker, with every key at its default. Use: skep tracker run --config FILE\n");
    text.append(
        "# Flags go before system properties, those before the environment, that before this"
            + " file.\n");
    for (Keys.Group group : Keys.groups()) {
      text.append("\n### ").append(group.title()).append("\n");
      for (Key<?> key : group.keys()) {
        text.append("\n# ")
            .append(key.about())
            .append("\n# Expected: ")
            .append(key.form().expected());
        text.append(".\n").append(key.name()).append('=').append(key.defaultText()).append('\n');
      }
    }
    return text.toString();
  }

  /** The same list as Markdown. */
  public static String page() {
    var text = new StringBuilder(4096);
    text.append(
        """
        # Configuration of the tracker

        <!-- Made from the list of keys in dev.skep.tracker.config.Keys; a test compares. -->

        `skep tracker run --config FILE` reads a properties file (`key=value` lines); `--print-config` writes one with
        every key at its default. The same keys may be system properties or environment variables. The order:
        flags over system properties over environment over file over default. A key that does not exist stops the
        start with a line that names the nearest one, also a system property that begins with `skep.` and a variable that
        begins with `SKEP_`. Keys that begin with `server.`, `metrics.`, `health.` or `mp.`
        go to the HTTP server (Helidon) as they are, `server.tls.…` for example.

        Durations: `500ms`, `30s`, `5m`, `2h`, `1d`. Sizes: `64KiB`, `10MiB`, `1GiB`.
        """);
    for (Keys.Group group : Keys.groups()) {
      text.append("\n## ").append(group.title()).append("\n\n");
      text.append("| key | default | expected | what it does |\n| --- | --- | --- | --- |\n");
      for (Key<?> key : group.keys()) {
        String fallback = key.defaultText().isEmpty() ? "none" : "`" + key.defaultText() + "`";
        text.append("| `")
            .append(key.name())
            .append("`<br>`")
            .append(Settings.variable(key.name()))
            .append("` | ");
        text.append(fallback).append(" | ").append(key.form().expected()).append(" | ");
        text.append(key.about()).append(" |\n");
      }
    }
    return text.toString();
  }
}
