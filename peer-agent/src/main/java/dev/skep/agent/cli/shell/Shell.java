package dev.skep.agent.cli.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.process.Launcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.impl.DefaultParser;
import picocli.CommandLine;

/**
 * Runs what is typed, line by line. Each command is a process of its own, with the same terminal:
 * what ends it, Ctrl-C for one, does not end the shell.
 */
public final class Shell {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private final Terminal terminal;
  private final ShellWords words;
  private final Launcher launcher;
  private final Map<String, String> environment;

  /**
   * @param launcher starts commands
   * @param environment of which tracker and agent they are
   */
  public Shell(
      Terminal terminal, ShellWords words, Launcher launcher, Map<String, String> environment) {
    this.terminal = terminal;
    this.words = words;
    this.launcher = launcher;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Runs until somebody types {@code exit}, or there is nothing more to read. What comes from no
   * terminal is read as it is, and ends at the first command that fails.
   *
   * @param commands what there is to be completed
   * @param history the file of what was typed before
   * @return the exit status of the last command
   */
  public int run(Supplier<CommandLine> commands, Path history) throws IOException {
    Optional<Prompt> prompt =
        terminal.hasKeyboard() ? Prompt.open(words, commands.get(), history) : Optional.empty();
    if (prompt.isEmpty()) {
      return runLines();
    }
    try (Prompt open = prompt.get()) {
      int status = 0;
      while (true) {
        Optional<List<String>> typed = open.read();
        if (typed.isEmpty() || isEnd(typed.get())) {
          return status;
        }
        if (!typed.get().isEmpty()) {
          open.pause();
          status = execute(typed.get(), true);
          open.resume();
        }
      }
    }
  }

  private int runLines() throws IOException {
    var in = new BufferedReader(new InputStreamReader(terminal.in(), UTF_8));
    var parser = new DefaultParser();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      List<String> typed;
      try {
        typed = parser.parse(line, line.length(), Parser.ParseContext.ACCEPT_LINE).words();
      } catch (SyntaxError _) {
        terminal.say("a quote does not end: " + line);
        return WRONG_USAGE;
      }
      typed = typed.stream().filter(word -> !word.isEmpty()).toList();
      if (isEnd(typed)) {
        return 0;
      }
      int status = execute(typed, false);
      if (status != 0) {
        return status;
      }
    }
    return 0;
  }

  private static boolean isEnd(List<String> typed) {
    return !typed.isEmpty() && ShellWords.ENDING.contains(typed.getFirst());
  }

  private int execute(List<String> typed, boolean hasKeyboard) {
    List<String> command = words.command(typed);
    if (command.getFirst().equals("shell")) {
      terminal.say("this is the shell already");
      return WRONG_USAGE;
    }
    var process = new ProcessBuilder(launcher.command(command.toArray(String[]::new))).inheritIO();
    process.environment().putAll(environment);
    if (!hasKeyboard) {
      process.redirectInput(Redirect.PIPE); // the lines that follow are ours
    }
    try {
      Process started = process.start();
      started.getOutputStream().close();
      return started.waitFor();
    } catch (IOException e) {
      terminal.say("cannot start " + command.getFirst() + ": " + e.getMessage());
      return FAILED;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }
}
