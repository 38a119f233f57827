package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An installed program that a test runs to its end. */
public record Program(List<String> command) {
  private static final int MOST_SECONDS = 60;

  /** Skips the test, with the reason, where the program is not installed. */
  static Program installed(String name) {
    boolean there =
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    assumeTrue(there, name + " is not installed");
    return new Program(List.of(name));
  }

  public Program with(String... arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    return new Program(all);
  }

  /** Whether a command of the system ends with status 0; what it prints is nobody's concern. */
  public static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /** Whether it ends with status 0. */
  boolean succeeds(Path folder) throws IOException, InterruptedException {
    Path log = Files.createTempFile("program", ".log");
    try {
      return run(folder, log) == 0;
    } finally {
      Files.delete(log);
    }
  }

  /** What it prints on both streams; it must end with status 0. */
  public String output(Path folder) throws IOException, InterruptedException {
    Path log = Files.createTempFile("program", ".log");
    try {
      int status = run(folder, log);
      String printed = Files.readString(log, StandardCharsets.UTF_8);
      assertThat(status).as("%s: %s", String.join(" ", command), printed).isZero();
      return printed;
    } finally {
      Files.delete(log);
    }
  }

  private int run(Path folder, Path log) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + " did not end");
    }
    return process.exitValue();
  }
}
