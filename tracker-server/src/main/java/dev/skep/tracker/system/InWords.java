package dev.skep.tracker.system;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** What went wrong, in words for an operator: no class names, and never nothing. */
public final class InWords {
  private InWords() {}

  /** Why something failed, as the innermost cause has it; no sentence, no full stop. */
  public static String of(Throwable failure) {
    Optional<IOException> io = innermostIo(failure);
    if (io.isPresent()) {
      return ofIo(io.get());
    }
    String words = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return "memory ran out";
      }
      String message = cause.getMessage();
      if (message != null && !message.isBlank() && !namesAClass(message)) {
        words = message;
      }
    }
    return words.isEmpty() ? "something in it does not fit together" : words;
  }

  /**
   * Whether it was not for what the files hold, but for what the system could not do with them: no
   * room, no permission, a failing disk, too many open files.
   */
  public static boolean isOfTheSystem(Throwable failure) {
    return failure instanceof InterruptedException
        || innermostIo(failure)
            .filter(io -> !(io instanceof NoSuchFileException || io instanceof EOFException))
            .isPresent();
  }

  private static Optional<IOException> innermostIo(Throwable failure) {
    Optional<IOException> found = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException io) {
        found = Optional.of(io);
      }
    }
    return found;
  }

  private static String ofIo(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> "there is no " + e.getFile();
      case AccessDeniedException e -> "no permission for " + e.getFile();
      case FileAlreadyExistsException e -> e.getFile() + " is there, and is no folder";
      case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
      case ClosedChannelException _ -> "a file was closed while it was in use";
      case EOFException _ -> "a file ends too early";
      default -> {
        String message = failure.getMessage();
        yield message == null || message.isBlank() ? "the system gives no reason" : message;
      }
    };
  }

  private static boolean namesAClass(String message) {
    return message.matches("(\\w+\\.)+\\w*(Exception|Error)\\b.*");
  }
}
