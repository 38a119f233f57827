package dev.skep.agent.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process below this one. Its stdin is a pipe from us that closes when we die, however we die,
 * and that is its sign to end.
 */
public final class Child {
  private static final int LAST_LINES = 5;

  private final String name;
  private final Process process;
  private final Deque<String> errors = new ArrayDeque<>();

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts a process.
   *
   * @param name what people shall call it
   * @param environment what it finds in its environment besides what we have
   * @param results is told each line of its stdout, on a thread of its own
   * @param notes is told each line of its stderr, on another
   */
  public static Child start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Consumer<String> results,
      Consumer<String> notes)
      throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    var child = new Child(name, builder.start());
    child.read(child.process.getInputStream(), results);
    child.read(child.process.getErrorStream(), notes.andThen(child::keep));
    return child;
  }

  private void read(InputStream from, Consumer<String> lines) {
    Thread.ofVirtual()
        .name(name)
        .start(
            () -> {
              try (var in = new BufferedReader(new InputStreamReader(from, UTF_8))) {
                in.lines().forEach(lines);
              } catch (IOException | java.io.UncheckedIOException e) {
                // The process has ended.
              }
            });
  }

  private void keep(String line) {
    synchronized (errors) {
      if (errors.size() == LAST_LINES) {
        errors.removeFirst();
      }
      errors.addLast(line);
    }
  }

  public String name() {
    return name;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The exit status of a process that has ended. */
  public int status() {
    return process.exitValue();
  }

  /** The last lines of its stderr. */
  public List<String> lastWords() {
    synchronized (errors) {
      return List.copyOf(errors);
    }
  }

  /** Sends a line to its stdin; what cannot be sent is lost, as its reader is. */
  public void tell(String line) {
    try {
      OutputStream in = process.getOutputStream();
      in.write((line + "\n").getBytes(UTF_8));
      in.flush();
    } catch (IOException e) {
      // It has ended, which whoever follows it will see.
    }
  }

  /** Closes its stdin: its sign to end. */
  public void askToEnd() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
  }

  /** Waits for the end that was asked for; then insists, then forces. */
  public void awaitEnd(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroy();
      }
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
