package dev.skep.agent.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs one program at a time, to its end or to the end of its time. It gets no input; what it says
 * is told only if it fails, as far as one line goes.
 */
final class HookRun implements AutoCloseable {
  private static final int MOST_SAID = 200;
  private static final String SETTINGS = "SKEP_";

  private @Nullable Process running;
  private boolean closed;

  /**
   * Runs it.
   *
   * @param folder in which it runs
   * @throws IOException if it fails, in one line
   */
  void run(List<String> words, Path folder, Duration time)
      throws IOException, InterruptedException {
    ProcessBuilder program = new ProcessBuilder(words).directory(folder.toFile());
    program.environment().keySet().removeIf(name -> name.startsWith(SETTINGS)); // secrets are there
    Process process = start(program.redirectErrorStream(true));
    try {
      Said said = new Said(process.getInputStream());
      Thread listening = Thread.ofPlatform().daemon().name("skep-hook").start(said);
      if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("it took longer than " + time.toMillis() / 1000.0 + " s");
      }
      if (process.exitValue() != 0) {
        listening.join(Duration.ofSeconds(1));
        throw new IOException("it ended with status " + process.exitValue() + said.words());
      }
    } finally {
      end();
    }
  }

  private synchronized Process start(ProcessBuilder program) throws IOException {
    if (closed) {
      throw new IOException("the agent stops");
    }
    Process process = program.start();
    process.getOutputStream().close();
    running = process;
    return process;
  }

  /** With all that it began. Of one that has ended the number may be another's by now. */
  private synchronized void end() {
    if (running != null && running.isAlive()) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
    }
    running = null;
  }

  /** Ends what runs; nothing is run any more. */
  @Override
  public synchronized void close() {
    closed = true;
    end();
  }

  /** The first of what it says; the rest is read and left out. */
  private static final class Said implements Runnable {
    private final InputStream from;
    private volatile byte[] first = new byte[0];

    Said(InputStream from) {
      this.from = from;
    }

    @Override
    public void run() {
      try (from) {
        first = from.readNBytes(MOST_SAID);
        from.transferTo(OutputStream.nullOutputStream()); // or it could not write on
      } catch (IOException e) {
        // It has ended.
      }
    }

    String words() {
      String text = new String(first, UTF_8).strip();
      return text.isEmpty() ? "" : ": " + text.lines().findFirst().orElse("");
    }
  }
}
