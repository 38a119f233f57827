package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line on stderr and an exit status. */
final class Errors {
  private static final int FAILED = 1;
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
    return wrongUsage(sentence(e), e.getCommandLine());
  }

  private int wrongUsage(String sentence, CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    terminal.say(Text.printable(sentence + "; see " + name + " --help"));
    return WRONG_USAGE;
  }

  private static String sentence(ParameterException e) {
    String message = firstLine(e.getMessage() == null ? "wrong usage" : e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> meant = unmatched.getSuggestions();
      return lowerFirst(message) + (meant.isEmpty() ? "" : ", did you mean " + meant.getFirst());
    }
    return lowerFirst(message);
  }

  int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof WrongUsage usage) {
      return wrongUsage(String.valueOf(usage.getMessage()), command);
    }
    return failed(e);
  }

  int failed(Exception e) {
    terminal.say(Text.printable(firstLine(reason(e))));
    if (terminal.variable("SKEP_DEBUG").isPresent()) {
      e.printStackTrace(terminal.err());
    }
    return FAILED;
  }

  /** What happened and to what, from an exception that nobody put into better words. */
  private static String reason(Exception e) {
    String message = e.getMessage();
    return switch (e) {
      case Failure failure -> String.valueOf(message);
      case MetainfoException torrent -> String.valueOf(message);
      case NoSuchFileException missing -> missing.getFile() + ": no such file or folder";
      case AccessDeniedException denied ->
          denied.getFile() + ": permission denied; check who may read and write it";
      case FileAlreadyExistsException there -> there.getFile() + ": exists already";
      case FileSystemException file ->
          file.getFile() + ": " + (file.getReason() == null ? "cannot be used" : file.getReason());
      case BindException bind when message != null -> message;
      case IOException io when message != null -> message;
      default ->
          "unexpected "
              + e.getClass().getSimpleName()
              + (message == null ? "" : ": " + message)
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
