package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.protocol.metainfo.MetainfoException;
import dev.skep.service.files.FileFailures;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line on stderr and an exit status. */
final class Errors {
  static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private final Terminal terminal;

  Errors(Terminal terminal) {
    this.terminal = terminal;
  }

  int wrongUsage(ParameterException e, String[] args) {
    if (args.length == 0) {
      e.getCommandLine().usage(terminal.err());
      return WRONG_USAGE;
    }
    return wrongUsage(sentence(e), e.getCommandLine(), List.of(args));
  }

  private int wrongUsage(String sentence, CommandLine command, List<String> args) {
    String name = command.getCommandSpec().qualifiedName();
    print(say(sentence + "; see " + name + " --help"), args);
    return WRONG_USAGE;
  }

  /** For who parses what we print. */
  private void print(JsonObject error, List<String> args) {
    if (args.contains(JsonOption.NAME)) {
      JsonOption.print(terminal, error);
    }
  }

  /** One line on stderr. Returns the same as a document. */
  private JsonObject say(String line) {
    String printable = Text.printable(line);
    terminal.say(printable);
    return Json.createObjectBuilder().add("ok", false).add("error", printable).build();
  }

  /** Says in one line what went wrong. Returns the same as a document. */
  JsonObject say(Exception e) {
    JsonObject error = say(reason(e));
    if (terminal.variable("SKEP_DEBUG").isPresent()) {
      e.printStackTrace(terminal.err());
    }
    return error;
  }

  private static String sentence(ParameterException told) {
    ParameterException e = cause(told);
    String message = firstLine(e.getMessage() == null ? "wrong usage" : e.getMessage());
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return lowerFirst(message);
    }
    String word = unmatched.getUnmatched().getFirst();
    if (!word.startsWith("-") && !e.getCommandLine().getSubcommands().isEmpty()) {
      return unknownCommand(e.getCommandLine(), word);
    }
    List<String> meant = unmatched.getSuggestions();
    return lowerFirst(message) + (meant.isEmpty() ? "" : ", did you mean " + meant.getFirst());
  }

  /** Where an option is unknown and a parameter missing, the option is what is wrong. */
  private static ParameterException cause(ParameterException e) {
    List<String> unknown =
        e.getCommandLine().getUnmatchedArguments().stream()
            .filter(word -> word.startsWith("-"))
            .toList();
    return e instanceof MissingParameterException && !unknown.isEmpty()
        ? new UnmatchedArgumentException(e.getCommandLine(), unknown)
        : e;
  }

  private static String unknownCommand(CommandLine above, String word) {
    String command = above.getCommandSpec().qualifiedName();
    var alike = new UnmatchedArgumentException(above, List.of(word)).getSuggestions();
    return "there is no command '%s %s'%s"
        .formatted(
            command,
            word,
            OtherWords.meant(command, word, alike)
                .map(meant -> ", did you mean '" + meant + "'")
                .orElse(""));
  }

  /** Runs what was parsed; help for a command that does not exist is no help. */
  int unlessUnknown(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine command = last.commandSpec().commandLine();
    boolean unknown = !last.unmatched().isEmpty() && !command.getSubcommands().isEmpty();
    return unknown
        ? wrongUsage(
            unknownCommand(command, last.unmatched().getFirst()), command, parsed.originalArgs())
        : new CommandLine.RunLast().execute(parsed);
  }

  int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof WrongUsage usage) {
      return wrongUsage(String.valueOf(usage.getMessage()), command, parsed.originalArgs());
    }
    print(say(e), parsed.originalArgs());
    return FAILED;
  }

  /** What happened and to what, from an exception that nobody put into better words. */
  private static String reason(Exception e) {
    String message = e.getMessage();
    return switch (e) {
      case Failure failure -> String.valueOf(message);
      case MetainfoException torrent -> String.valueOf(message);
      case FileSystemException file -> FileFailures.inWords(file);
      case BindException bind when message != null -> message;
      case IOException io when message != null -> firstLine(message);
      default ->
          "unexpected "
              + e.getClass().getSimpleName()
              + (message == null ? "" : ": " + firstLine(message))
              + "; this is a fault in skep, SKEP_DEBUG=1 shows where";
    };
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static String lowerFirst(String text) {
    boolean word = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return word ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
  }
}
