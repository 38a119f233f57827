package dev.skep.agent.cli.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.service.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jline.builtins.Completers.FileNameCompleter;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.AutoComplete;
import picocli.CommandLine;

/** A line that somebody edits in a terminal, with completion and what was typed before. */
final class Prompt implements AutoCloseable {
  private static final String SIGN = "skep> ";
  private static final int HISTORY_LINES = 1_000;

  private final Terminal terminal;
  private final LineReader reader;
  private final ShellWords words;
  private final CommandLine commands;
  private final FileNameCompleter files = new FileNameCompleter();

  private Prompt(Terminal terminal, ShellWords words, CommandLine commands, Path history)
      throws IOException {
    this.terminal = terminal;
    this.words = words;
    this.commands = commands;
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("skep")
            .completer(this::complete)
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
            .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
            .build();
  }

  /**
   * Takes the terminal over while a line is edited.
   *
   * @param commands what there is to be completed
   * @param history the file of what was typed before
   * @return nothing where there is no terminal
   */
  static Optional<Prompt> open(ShellWords words, CommandLine commands, Path history)
      throws IOException {
    Terminal terminal =
        TerminalBuilder.builder()
            .system(true)
            .dumb(true)
            .encoding(UTF_8)
            .nativeSignals(true)
            .build();
    // Ctrl-C is for the command that runs, which has the same terminal; while a line is edited, the
    // reader takes it. To ignore it would be left to the commands.
    terminal.handle(Terminal.Signal.INT, _ -> {});
    if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
      terminal.close();
      return Optional.empty();
    }
    if (!Files.exists(history)) {
      Files.createDirectories(
          Objects.requireNonNull(history.toAbsolutePath().getParent(), "a file lies in a folder"));
      Files.createFile(history, OwnerOnly.file(history));
    }
    return Optional.of(new Prompt(terminal, words, commands, history));
  }

  /** The words of the next line, none for an empty one; nothing at the end of all lines. */
  Optional<List<String>> read() {
    while (true) {
      try {
        reader.readLine(SIGN);
        return Optional.of(
            reader.getParsedLine().words().stream().filter(word -> !word.isEmpty()).toList());
      } catch (UserInterruptException _) {
        // Ctrl-C: another line.
      } catch (EndOfFileException _) {
        return Optional.empty();
      }
    }
  }

  private void complete(LineReader asking, ParsedLine line, List<Candidate> candidates) {
    List<String> typed = line.words().subList(0, line.wordIndex() + 1);
    Optional<List<String>> command = words.begun(typed);
    if (command.isEmpty()) {
      ShellWords.first(commands.getSubcommands().keySet())
          .forEach(word -> candidates.add(new Candidate(word)));
      return;
    }
    String[] args = command.get().toArray(String[]::new);
    List<CharSequence> found = new ArrayList<>();
    int last = args.length - 1;
    AutoComplete.complete(commands.getCommandSpec(), args, last, args[last].length(), 0, found);
    found.stream()
        .map(rest -> args[last] + rest)
        .distinct()
        .forEach(word -> candidates.add(new Candidate(word)));
    if (candidates.isEmpty() && !line.word().startsWith("-")) {
      files.complete(asking, line, candidates);
    }
  }

  /** Lets a command have the terminal as it was. */
  void pause() {
    terminal.pause();
  }

  /** Takes it again. */
  void resume() {
    terminal.resume();
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
