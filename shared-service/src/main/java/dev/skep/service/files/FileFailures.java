package dev.skep.service.files;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** What went wrong with a file, in words: of some failures Java says only the file's name. */
public final class FileFailures {
  private FileFailures() {}

  /**
   * Which file, and what is wrong with it; of what is no failure of a file, what it says itself.
   */
  public static String inWords(Exception e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + ": no such file or folder";
      case AccessDeniedException denied ->
          denied.getFile() + ": permission denied; check who may read and write it";
      case FileAlreadyExistsException there -> there.getFile() + ": exists already";
      case FileSystemException file ->
          file.getFile() + ": " + (file.getReason() == null ? "cannot be used" : file.getReason());
      case UncheckedIOException wrapped -> inWords(Objects.requireNonNull(wrapped.getCause()));
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }
}
