package dev.skep.agent.cli.process;

import dev.skep.agent.cli.console.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The program that starts commands, each with the JVM and the flags that suit it.
 *
 * @param program {@code bin/skep}, which never builds
 */
public record Launcher(Path program) {
  /**
   * The one that started this process.
   *
   * @param command the command that needs it
   * @throws Failure if none did
   */
  public static Launcher ofProcess(String command) throws Failure {
    String program = System.getProperty("skep.launcher");
    if (program == null) {
      throw new Failure(
          "%1$s starts its processes through the launcher; run bin/skep %1$s".formatted(command));
    }
    return new Launcher(Path.of(program));
  }

  /** The command line of {@code skep} with these words. */
  public List<String> command(String... words) {
    return Stream.concat(Stream.of(program.toString()), Stream.of(words)).toList();
  }
}
