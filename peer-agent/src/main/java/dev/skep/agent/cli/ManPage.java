package dev.skep.agent.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual page of one command, in the language of man(7), made of the same model as its help.
 */
final class ManPage {
  private static final String SECTION = "1";

  private final CommandLine line;
  private final CommandSpec spec;
  private final StringBuilder page = new StringBuilder(4096);

  private ManPage(CommandLine line) {
    this.line = line;
    this.spec = line.getCommandSpec();
  }

  /** The name of a command's page, such as {@code skep-tracker-list}. */
  static String name(CommandSpec spec) {
    return spec.qualifiedName("-");
  }

  /**
   * The page's text.
   *
   * @param version as {@code skep --version} says it
   */
  static String of(CommandLine line, String version) {
    return new ManPage(line).write(version);
  }

  private String write(String version) {
    String name = name(spec);
    macro(".TH", quoted(name.toUpperCase(Locale.ROOT)), SECTION, "\"\"", quoted(version), "Skep");
    section("NAME");
    text(name + " \\- " + plain(summary(spec)));
    section("SYNOPSIS");
    synopsis();
    section("DESCRIPTION");
    paragraphs(spec.usageMessage().description());
    arguments();
    options();
    commands();
    footer();
    if (spec.parent() == null) {
      section("FILES");
      text(plain("Settings, formats and what runs where: the folder docs of the distribution."));
    }
    section("SEE ALSO");
    seeAlso();
    return page.toString();
  }

  private static String summary(CommandSpec spec) {
    String[] description = spec.usageMessage().description();
    String first = description.length == 0 ? "" : description[0].formatted();
    int end = first.indexOf(". ");
    return (end < 0 ? first : first.substring(0, end)).replaceFirst("\\.$", "");
  }

  private void synopsis() {
    List<String> words = new ArrayList<>();
    words.add("\\fB" + escaped(spec.qualifiedName(" ")) + "\\fR");
    if (!shown(spec.options()).isEmpty()) {
      words.add("[\\fIOPTION\\fR]...");
    }
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      String label = "\\fI" + escaped(argument.paramLabel()) + "\\fR";
      String dots = argument.arity().max() > 1 ? "..." : "";
      words.add(argument.arity().min() == 0 ? "[" + label + dots + "]" : label + dots);
    }
    if (!spec.subcommands().isEmpty()) {
      words.add("\\fICOMMAND\\fR ...");
    }
    text(String.join(" ", words));
  }

  private void arguments() {
    List<PositionalParamSpec> arguments =
        spec.positionalParameters().stream().filter(argument -> !argument.hidden()).toList();
    if (!arguments.isEmpty()) {
      section("ARGUMENTS");
      for (PositionalParamSpec argument : arguments) {
        item("\\fI" + escaped(argument.paramLabel()) + "\\fR", argument.description());
      }
    }
  }

  private static List<OptionSpec> shown(List<OptionSpec> options) {
    return options.stream().filter(option -> !option.hidden()).toList();
  }

  private void options() {
    section("OPTIONS");
    for (OptionSpec option : shown(spec.options())) {
      String names =
          Stream.of(option.names())
              .map(name -> "\\fB" + escaped(name) + "\\fR")
              .collect(Collectors.joining(", "));
      String value =
          option.arity().max() == 0 ? "" : " \\fI" + escaped(option.paramLabel()) + "\\fR";
      item(names + value, option.description());
    }
  }

  private void commands() {
    if (!spec.subcommands().isEmpty()) {
      section("COMMANDS");
      for (Map.Entry<String, CommandLine> each : spec.subcommands().entrySet()) {
        CommandSpec below = each.getValue().getCommandSpec();
        String page = "\\fB" + escaped(name(below)) + "\\fR(" + SECTION + ")";
        item(page, below.usageMessage().description());
      }
    }
  }

  /** What help ends with: examples, line by line. */
  private void footer() {
    String[] footer = spec.usageMessage().footer();
    if (Stream.of(footer).anyMatch(text -> !text.isBlank())) {
      section("NOTES");
      macro(".nf");
      for (String part : footer) {
        part.formatted().lines().forEach(this::fitted);
        if (part.isBlank()) {
          page.append('\n');
        }
      }
      macro(".fi");
    }
  }

  /** A line that is left as it is, unless it is prose. */
  private void fitted(String footerLine) {
    boolean isProse = footerLine.length() > 90 && !footerLine.startsWith(" ");
    if (isProse) {
      macro(".fi");
    }
    text(plain(footerLine));
    if (isProse) {
      macro(".nf");
    }
  }

  private void seeAlso() {
    List<String> pages = new ArrayList<>();
    for (CommandLine above = line.getParent(); above != null; above = above.getParent()) {
      pages.add(name(above.getCommandSpec()));
    }
    spec.subcommands().values().forEach(below -> pages.add(name(below.getCommandSpec())));
    text(
        pages.stream()
            .map(page -> "\\fB" + escaped(page) + "\\fR(" + SECTION + ")")
            .collect(Collectors.joining(", ")));
  }

  // ---- the language

  private void macro(String... words) {
    page.append(String.join(" ", words)).append('\n');
  }

  private void section(String title) {
    macro(".SH", quoted(title));
  }

  private void item(String head, String[] description) {
    macro(".TP");
    text(head);
    text(
        Stream.of(description)
            .map(part -> plain(part.formatted()))
            .filter(part -> !part.isBlank())
            .collect(Collectors.joining(" ")));
  }

  private void paragraphs(String[] parts) {
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        macro(".PP");
      }
      text(plain(parts[i].formatted()));
    }
  }

  private void text(String formatted) {
    page.append(formatted).append('\n');
  }

  private static String quoted(String text) {
    return '"' + escaped(text).replace("\"", "\\(dq") + '"';
  }

  /** Text that begins a line, where a dot or a quote would be a command. */
  private static String plain(String text) {
    String escaped = escaped(text);
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  /**
   * A hyphen is to be one, to be searched for and copied, and not a dash of typesetting; what is
   * not ASCII is named, since who reads the page may take its bytes for Latin-1.
   */
  private static String escaped(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                default -> {
                  if (c > '~') {
                    escaped.append("\\[u%04X]".formatted(c));
                  } else {
                    escaped.appendCodePoint(c);
                  }
                }
              }
            });
    return escaped.toString();
  }
}
