package dev.skep.agent.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Everything a command says and hears: results go to {@link #out}, the rest to {@link #err}.
 *
 * <p>Tests give their own streams; the real ones are always UTF-8, whatever the locale.
 */
public final class Terminal {
  private static final String ENDING_KEYS = "\n\rqQ";
  private static final Duration KEY_GLANCE = Duration.ofMillis(100);

  private final PrintStream out;
  private final PrintStream err;
  private final InputStream in;
  private final Map<String, String> environment;
  private final Function<Tty.Use, Tty> probe;
  private final StopSignal stop;
  private final boolean quiet;

  private Terminal(
      PrintStream out,
      PrintStream err,
      InputStream in,
      Map<String, String> environment,
      Function<Tty.Use, Tty> probe,
      StopSignal stop,
      boolean quiet) {
    this.out = out;
    this.err = err;
    this.in = in;
    this.environment = Map.copyOf(environment);
    this.probe = probe;
    this.stop = stop;
    this.quiet = quiet;
  }

  /** This process's own streams and environment. */
  public static Terminal ofProcess() {
    return new Terminal(
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        System.in,
        System.getenv(),
        Tty::probe,
        new StopSignal(true),
        false);
  }

  /**
   * Streams and an environment of the caller's, without a terminal behind them and without signals.
   */
  public static Terminal of(
      PrintStream out, PrintStream err, InputStream in, Map<String, String> environment) {
    return new Terminal(out, err, in, environment, use -> Tty.NONE, new StopSignal(false), false);
  }

  /** The same, for a command that is to say only results and what goes wrong. */
  public Terminal quietly() {
    return new Terminal(out, err, in, environment, probe, stop, true);
  }

  /** Whether only results and what goes wrong are to be said. */
  public boolean isQuiet() {
    return quiet;
  }

  private static PrintStream utf8(FileDescriptor fd) {
    return new PrintStream(new FileOutputStream(fd), true, StandardCharsets.UTF_8);
  }

  /** For results. */
  public PrintStream out() {
    return out;
  }

  /** For progress, notes and errors. */
  public PrintStream err() {
    return err;
  }

  /** Standard input. */
  public InputStream in() {
    return in;
  }

  /** One line to stderr that begins with our name. */
  public void say(String line) {
    err.println("skep: " + line);
  }

  /** The same for what is good to know, unless only results and what goes wrong are to be said. */
  public void note(String line) {
    if (!quiet) {
      say(line);
    }
  }

  /** A variable of the environment; absent when empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** All variables of the environment. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Somebody's wish that the command ends. */
  public StopSignal stop() {
    return stop;
  }

  /** How wide a line of text may be. */
  public int columns() {
    return probe.apply(Tty.Use.PROGRESS).columns();
  }

  /** How wide a line of results may be: as the window that it is for, else as it likes. */
  public int resultColumns() {
    Tty tty = probe.apply(Tty.Use.RESULTS);
    return tty.showsProgress() ? tty.columns() : Integer.MAX_VALUE;
  }

  /** Whether somebody sits at a keyboard. */
  public boolean hasKeyboard() {
    return probe.apply(Tty.Use.KEYS).hasKeys();
  }

  /** A new progress display. */
  public Progress progress() {
    Tty tty = quiet ? Tty.NONE : probe.apply(Tty.Use.PROGRESS);
    boolean colours = variable("NO_COLOR").isEmpty();
    return new Progress(err, tty, System::nanoTime, quiet, colours);
  }

  /**
   * Lets Enter and q end the command, if somebody sits at the keyboard.
   *
   * @return puts the terminal back as it was; empty when nobody does
   */
  public Optional<Runnable> stopOnKey() {
    Tty tty = probe.apply(Tty.Use.KEYS);
    if (!tty.hasKeys()) {
      return Optional.empty();
    }
    Tty.RawKeys single = tty.rawKeys();
    Thread.ofPlatform().daemon().name("keys").start(() -> awaitKey(single));
    return Optional.of(single::close);
  }

  /** Never waits in a read: to read in the background would stop the whole job. */
  private void awaitKey(Tty.RawKeys single) {
    try {
      while (!stop.await(KEY_GLANCE)) {
        while (single.areOn() && in.available() > 0) {
          if (ENDING_KEYS.indexOf(in.read()) >= 0) {
            stop.ask();
          }
        }
      }
    } catch (IOException e) {
      // No keyboard any more: signals still end the command.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
