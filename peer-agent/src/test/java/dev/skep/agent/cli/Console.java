package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.cli.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs command lines within the test and keeps what they say. */
final class Console {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final InputStream in;
  private final Map<String, String> environment;
  private volatile @Nullable Terminal terminal;

  Console() {
    this(InputStream.nullInputStream(), Map.of());
  }

  Console(InputStream in, Map<String, String> environment) {
    this.in = in;
    this.environment = environment;
  }

  /** Asks the command that runs to end, as Ctrl-C does. */
  void stop() {
    Objects.requireNonNull(terminal).stop().ask();
  }

  /** Returns the exit status. */
  int run(Object... words) {
    out.reset();
    err.reset();
    terminal =
        Terminal.of(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), in, environment);
    String[] args = new String[words.length];
    for (int i = 0; i < args.length; i++) {
      args[i] = words[i].toString();
    }
    return SkepCommand.run(terminal, args);
  }

  String out() {
    return out.toString(UTF_8);
  }

  String err() {
    return err.toString(UTF_8);
  }
}
