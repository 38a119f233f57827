package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that runs beside a test, and what it said so far on both its streams. */
final class Running implements AutoCloseable {
  private static final Pattern ANNOUNCE_URL = Pattern.compile("http://\\S+/announce");
  private static final Pattern CONTROLLED = Pattern.compile("controlled at (http://\\S+/)");

  private final String name;
  private final Process process;
  private final Path log;

  private Running(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param folder where it runs and its log lies
   * @param name what to call it in failures
   */
  static Running start(Path folder, String name, List<String> command) throws IOException {
    Path log = Files.createTempFile(folder, name, ".log");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Skep.alone(builder);
    return new Running(name, builder.start(), log);
  }

  /** Starts {@code skep} with these words. */
  static Running skep(Path folder, String name, Object... words) throws IOException {
    return start(folder, name, skepCommand(words));
  }

  /** The command of {@code skep} with these words. */
  static List<String> skepCommand(Object... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("skep.home"), "bin", "skep").toString());
    for (Object word : words) {
      command.add(word.toString());
    }
    return command;
  }

  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has said this. */
  Running awaitSaid(String words, Duration atMost) {
    await(name + " says " + words)
        .atMost(atMost)
        .failFast(
            () ->
                assertThat(process.isAlive() || said().contains(words))
                    .as("%s: %s", name, said())
                    .isTrue())
        .untilAsserted(() -> assertThat(said()).as(name).contains(words));
    return this;
  }

  /** Waits until a tracker is ready, and returns its announce URL. */
  String announceUrl(Duration atMost) {
    awaitSaid("tracker ready", atMost);
    return saidBy(ANNOUNCE_URL).group();
  }

  /** Waits until an agent can be controlled, and returns where: an address of its page. */
  URI controlledAt(Duration atMost) {
    awaitSaid("controlled at", atMost);
    return URI.create(saidBy(CONTROLLED).group(1));
  }

  private Matcher saidBy(Pattern form) {
    Matcher found = form.matcher(said());
    assertThat(found.find()).as(said()).isTrue();
    return found;
  }

  /** Waits for its end, which must be with status 0. */
  void awaitDone(Duration atMost) throws InterruptedException {
    assertThat(awaitEnd(atMost)).as("%s: %s", name, said()).isZero();
  }

  /** Waits for its end, whatever it is; returns its status. */
  int awaitEnd(Duration atMost) throws InterruptedException {
    assertThat(process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS))
        .as("%s has ended: %s", name, said())
        .isTrue();
    return process.exitValue();
  }

  /** The processes below it at this moment. */
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /** Asks it to end as a service's keeper does, and waits for that: with status 0. */
  void terminate(Duration atMost) throws InterruptedException {
    process.destroy();
    awaitDone(atMost);
  }

  /** Lets it run for so long, then ends it as a power cut would; false if it ended before. */
  boolean killAfter(Duration instant) throws InterruptedException {
    if (process.waitFor(instant.toMillis(), TimeUnit.MILLISECONDS)) {
      return false;
    }
    kill();
    return true;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Whether it ends by itself in time. */
  boolean endsWithin(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends it as a power cut would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
