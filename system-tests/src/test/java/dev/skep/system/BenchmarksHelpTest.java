package dev.skep.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever asks a benchmark what it does is told, and nothing is run. */
@Execution(ExecutionMode.CONCURRENT)
class BenchmarksHelpTest {
  private static final Path BENCHMARKS = Path.of("../benchmarks");

  static Stream<String> commands() throws IOException {
    try (Stream<Path> files = Files.list(BENCHMARKS)) {
      return files
          .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void itIsToldWhatItDoes(String command) throws Exception {
    Path script = BENCHMARKS.resolve(command);
    String interpreter = Files.readAllLines(script).getFirst().substring(2).split(" ", 2)[0];
    assumeTrue(Files.isExecutable(Path.of(interpreter)), "no " + interpreter);
    Process asked =
        new ProcessBuilder(script.toString(), "--help").redirectErrorStream(true).start();
    asked.getOutputStream().close();

    String told = new String(asked.getInputStream().readAllBytes(), UTF_8);

    assertThat(asked.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(told).contains(command);
    assertThat(asked.exitValue()).as(told).isZero();
  }
}
