package dev.skep.agent.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Help whose lines are broken between words only. The breaker of lines would also break URLs, at
 * their colons and slashes; so while it works letters of no language stand there.
 */
final class HelpText {
  private static final Pattern URL = Pattern.compile("\\w+://\\S+");
  private static final String BREAKING = ":/-?=.";
  private static final char FIRST_LETTER = '\uE000'; // of those for private use

  private HelpText() {}

  /** Keeps the URLs in the help of a command, and of those below it, whole. */
  static void keepUrls(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (!Arrays.equals(option.description(), kept(option.description()))) {
        spec.remove(option);
        spec.addOption(OptionSpec.builder(option).description(kept(option.description())).build());
      }
    }
    spec.usageMessage().description(kept(spec.usageMessage().description()));
    spec.usageMessage().footer(kept(spec.usageMessage().footer()));
    line.getSubcommands().values().forEach(HelpText::keepUrls);
  }

  private static String[] kept(String[] text) {
    return Arrays.stream(text)
        .map(part -> URL.matcher(part).replaceAll(url -> hidden(url.group())))
        .toArray(String[]::new);
  }

  private static String hidden(String url) {
    String hidden = url;
    for (int i = 0; i < BREAKING.length(); i++) {
      hidden = hidden.replace(BREAKING.charAt(i), (char) (FIRST_LETTER + i));
    }
    return hidden;
  }

  /** A writer that puts back what was hidden. */
  static Writer shown(Writer to) {
    return new FilterWriter(to) {
      @Override
      public void write(int c) throws IOException {
        int hidden = c - FIRST_LETTER;
        out.write(hidden >= 0 && hidden < BREAKING.length() ? BREAKING.charAt(hidden) : c);
      }

      @Override
      public void write(char[] text, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
          write(text[i]);
        }
      }

      @Override
      public void write(String text, int from, int length) throws IOException {
        write(text.toCharArray(), from, length);
      }
    };
  }
}
