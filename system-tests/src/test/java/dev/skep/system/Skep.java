package dev.skep.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@code bin/skep} command as a process of its own, its output in files. */
record Skep(Process process, Path stdout, Path stderr) {
  private static final int MOST_SECONDS = 120;

  /** Starts a command; {@code folder} is where it runs and where its output goes. */
  static Skep start(Path folder, Object... words) throws IOException {
    return start(Map.of(), folder, words);
  }

  private static Skep start(Map<String, String> environment, Path folder, Object... words)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("skep.home")).resolve("bin/skep").toString());
    for (Object word : words) {
      command.add(word.toString());
    }
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    alone(builder);
    builder.environment().putAll(environment);
    return new Skep(builder.start(), out, err);
  }

  /** Whoever moves the same data on this network, as another run of these tests, is not met. */
  static void alone(ProcessBuilder builder) {
    builder.environment().put("SKEP_AGENT_LSD", "false");
    builder.environment().put("SKEP_AGENT_DHT", "false");
  }

  /** Runs a command to its end, with variables of the environment. */
  static Skep runWith(Map<String, String> environment, Path folder, Object... words)
      throws IOException, InterruptedException {
    Skep skep = start(environment, folder, words);
    skep.status();
    return skep;
  }

  /** Runs a command to its end. */
  static Skep run(Path folder, Object... words) throws IOException, InterruptedException {
    Skep skep = start(folder, words);
    skep.status();
    return skep;
  }

  /** Waits for the end. */
  int status() throws InterruptedException {
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("did not end: " + process.info().commandLine().orElse("skep"));
    }
    return process.exitValue();
  }

  String out() throws IOException {
    return Files.readString(stdout, UTF_8);
  }

  String err() throws IOException {
    return Files.readString(stderr, UTF_8);
  }

  /** The processes below it at this moment. */
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }
}
