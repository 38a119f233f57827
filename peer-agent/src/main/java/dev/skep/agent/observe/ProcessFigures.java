package dev.skep.agent.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * This process, under the names of Prometheus' own clients. Of the system's own files where they
 * are; the JDK's management would have to be loaded first.
 */
final class ProcessFigures {
  private static final Path SELF = Path.of("/proc/self");

  void write(Exposition out) {
    ProcessHandle.Info info = ProcessHandle.current().info();
    info.totalCpuDuration()
        .ifPresent(
            time ->
                out.counter(
                    "process_cpu_seconds_total", "Time on processors.", time.toMillis() / 1e3));
    info.startInstant()
        .map(Instant::toEpochMilli)
        .ifPresent(
            at -> out.gauge("process_start_time_seconds", "When it began, since 1970.", at / 1e3));
    resident()
        .ifPresent(
            bytes -> out.gauge("process_resident_memory_bytes", "Memory that it has.", bytes));
    openFiles().ifPresent(count -> out.gauge("process_open_fds", "Files it has open.", count));
    Runtime runtime = Runtime.getRuntime();
    out.gauge(
        "jvm_memory_used_bytes", "Of the heap.", runtime.totalMemory() - runtime.freeMemory());
    out.gauge("jvm_memory_max_bytes", "The heap may become so large.", runtime.maxMemory());
    out.gauge("jvm_threads", "Platform threads, as far as they can be told.", Thread.activeCount());
  }

  private static Optional<Long> resident() {
    try (Stream<String> lines = Files.lines(SELF.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> openFiles() {
    try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
      return Optional.of(files.count());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
