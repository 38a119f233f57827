package dev.skep.service.settings;

/** A list of keys as the commented default file and as tables for people. */
public final class Documentation {
  private Documentation() {}

  /**
   * A properties file that sets every key to its default and says what it does.
   *
   * @param program whose it is
   * @param use the command that reads it
   */
  public static String defaultFile(KeyList keys, String program, String use) {
    var text = new StringBuilder(4096);
    text.append("# %s, with every key at its default. Use: %s\n".formatted(program, use));
    text.append(
        "# Flags go before system properties, those before the environment, that before this"
            + " file.\n");
    for (KeyList.Group group : keys.groups()) {
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

  /** The same list as Markdown, with a heading and a table for each group. */
  public static String tables(KeyList keys) {
    var text = new StringBuilder(4096);
    for (KeyList.Group group : keys.groups()) {
      text.append("\n### ").append(group.title()).append("\n\n");
      text.append("| key | default | expected | what it does |\n| --- | --- | --- | --- |\n");
      for (Key<?> key : group.keys()) {
        String fallback = key.defaultText().isEmpty() ? "none" : "`" + key.defaultText() + "`";
        text.append("| `")
            .append(key.name())
            .append("`<br>`")
            .append(KeyList.variable(key.name()))
            .append("` | ");
        text.append(fallback).append(" | ").append(key.form().expected()).append(" | ");
        text.append(key.about()).append(" |\n");
      }
    }
    return text.toString();
  }
}
