package dev.skep.tracker.observe;

import com.sun.management.UnixOperatingSystemMXBean;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Metrics;
import io.helidon.metrics.api.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code /metrics} tells of the process and its JVM, under the names that Prometheus' own
 * clients use. The server's names for some of it are switched off: promtool does not like them.
 */
@Dependent
final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private final MeterRegistry registry = Metrics.globalRegistry();

  private ProcessMetrics() {}

  static void register(@Observes @Initialized(ApplicationScoped.class) Object event) {
    var metrics = new ProcessMetrics();
    metrics.addBuild();
    metrics.addProcess();
    metrics.addJvm();
  }

  private void addBuild() {
    gauge(
        "skep_tracker_build_info",
        "1; its labels say which Skep this is, and which Java it runs on",
        () -> 1,
        Tag.create("version", version()),
        Tag.create("java", Runtime.version().toString()));
  }

  /** From the archive that this runs from; {@code dev} where there is none. */
  private static String version() {
    String version = ProcessMetrics.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  private void addProcess() {
    gauge(
        "process_start_time_seconds",
        "When the process started, since 1970",
        () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      registry.getOrCreate(
          FunctionalCounter.builder(
                  "process_cpu_seconds",
                  system,
                  s -> TimeUnit.NANOSECONDS.toSeconds(s.getProcessCpuTime()))
              .description("Processor time used, in whole seconds"));
      gauge("process_open_fds", "Files and sockets open now", system::getOpenFileDescriptorCount);
      gauge(
          "process_max_fds",
          "Most files and sockets that may be open",
          system::getMaxFileDescriptorCount);
    }
    if (Files.isReadable(STATUS)) {
      gauge(
          "process_resident_memory_bytes",
          "Memory that the process occupies",
          ProcessMetrics::residentBytes);
    }
  }

  private static double residentBytes() {
    try {
      Matcher resident = RESIDENT.matcher(Files.readString(STATUS));
      return resident.find() ? Long.parseLong(resident.group(1)) * 1024.0 : Double.NaN;
    } catch (IOException _) {
      return Double.NaN;
    }
  }

  private void addJvm() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    Tag heap = Tag.create("area", "heap");
    Tag nonHeap = Tag.create("area", "nonheap");
    String used = "Memory of the JVM in use";
    gauge("jvm_memory_used_bytes", used, () -> memory.getHeapMemoryUsage().getUsed(), heap);
    gauge("jvm_memory_used_bytes", used, () -> memory.getNonHeapMemoryUsage().getUsed(), nonHeap);
    gauge(
        "jvm_memory_max_bytes",
        "Most memory of the JVM",
        () -> memory.getHeapMemoryUsage().getMax(),
        heap);
    gauge(
        "jvm_threads",
        "Threads, without virtual ones",
        () -> ManagementFactory.getThreadMXBean().getThreadCount());
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      Tag name = Tag.create("gc", gc.getName());
      registry.getOrCreate(
          FunctionalCounter.builder(
                  "jvm_gc_collections", gc, GarbageCollectorMXBean::getCollectionCount)
              .description("Collections of garbage")
              .tags(List.of(name)));
      gauge(
          "jvm_gc_time_seconds",
          "Time that collections took since the start",
          () -> gc.getCollectionTime() / 1000.0,
          name);
    }
  }

  private void gauge(String name, String about, DoubleSupplier value, Tag... tags) {
    registry.getOrCreate(
        Gauge.builder(name, value::getAsDouble).description(about).tags(List.of(tags)));
  }
}
