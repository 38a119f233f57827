package dev.skep.system.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code skep tracker run} with its default flags on free ports of 127.0.0.1, as a process. */
final class WholeTracker implements AutoCloseable {
  static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Pattern READY =
      Pattern.compile("(https?://127\\.0\\.0\\.1:(\\d+))/.*udp://[^ ]*:(\\d+)");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern LIVE_BYTES = Pattern.compile("Total +\\d+ +(\\d+)");

  private final Process process;
  private final Path data;
  private final Path log;
  private final int httpPort;
  private final int udpPort;
  private final String url;
  private final HttpClient http;

  private WholeTracker(Process process, Path data, Path log, Matcher ready, HttpClient http) {
    this.process = process;
    this.data = data;
    this.log = log;
    this.url = ready.group(1);
    this.httpPort = Integer.parseInt(ready.group(2));
    this.udpPort = Integer.parseInt(ready.group(3));
    this.http = http;
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param logs folder for what it says
   * @param javaOptions for its JVM, after the usual ones
   */
  static WholeTracker start(Path data, Path logs, String... javaOptions) throws IOException {
    return start(data, logs, HttpClient.newHttpClient(), javaOptions);
  }

  /** The same one, which speaks TLS only. */
  static WholeTracker startWithTls(Path data, Path logs, TrackerKeys keys) throws IOException {
    HttpClient trusting = HttpClient.newBuilder().sslContext(keys.trusting()).build();
    return start(data, logs, trusting, keys.javaOptions());
  }

  private static WholeTracker start(Path data, Path logs, HttpClient http, String... javaOptions)
      throws IOException {
    Path log = Files.createTempFile(logs, "tracker", ".log");
    var command =
        List.of(
            Path.of(System.getProperty("skep.home"), "bin", "skep").toString(),
            "tracker",
            "run",
            "--bind",
            HERE.getHostAddress(),
            "--port",
            "0",
            "--data",
            data.toString());
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("SKEP_JAVA_OPTS", String.join(" ", javaOptions));
    Process process = builder.start();
    try {
      await("the tracker is ready")
          .atMost(SOON)
          .failFast(() -> !process.isAlive())
          .until(() -> READY.matcher(Files.readString(log)).find());
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw new IOException(Files.readString(log), e);
    }
    Matcher ready = READY.matcher(Files.readString(log));
    assertThat(ready.find()).isTrue();
    return new WholeTracker(process, data, log, ready, http);
  }

  int httpPort() {
    return httpPort;
  }

  InetSocketAddress udp() {
    return new InetSocketAddress(HERE, udpPort);
  }

  /** All that it said. */
  String said() throws IOException {
    return Files.readString(log);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to end as a service's keeper does; its exit status. */
  int stop() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  /** Ends it as a power cut would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    http.close();
  }

  // ---- asked over HTTP

  /** Asks as a command of the same user does, with the token from the data folder. */
  HttpResponse<byte[]> ask(String method, String path, byte[] body)
      throws IOException, InterruptedException {
    String token = Files.readString(data.resolve("admin.token")).strip();
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/x-bittorrent")
            .timeout(SOON)
            .method(method, BodyPublishers.ofByteArray(body))
            .build();
    return http.send(request, BodyHandlers.ofByteArray());
  }

  /** The status that a change is answered with. */
  int change(String method, String path, byte... body) throws IOException, InterruptedException {
    return ask(method, path, body).statusCode();
  }

  String read(String path) throws IOException, InterruptedException {
    return new String(ask("GET", path, new byte[0]).body(), UTF_8);
  }

  /** One of {@code /metrics}, by its name. */
  double metric(String name) throws IOException, InterruptedException {
    Matcher found =
        Pattern.compile("(?m)^" + name + "(?:\\{.*})? (\\S+)$").matcher(read("/metrics"));
    assertThat(found.find()).as(name).isTrue();
    return Double.parseDouble(found.group(1));
  }

  // ---- looked at from outside

  long residentBytes() throws IOException {
    Matcher resident =
        RESIDENT.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
    return resident.find() ? Long.parseLong(resident.group(1)) << 10 : 0;
  }

  int openFiles() throws IOException {
    return entries("fd");
  }

  int threads() throws IOException {
    return entries("task");
  }

  private int entries(String kind) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + process.pid() + "/" + kind))) {
      return (int) all.count();
    }
  }

  /** What is reachable on its heap; the rest is collected first. */
  long liveBytes() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String histogram = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    assertThat(jcmd.waitFor()).as(histogram).isZero();
    Matcher total = LIVE_BYTES.matcher(histogram);
    assertThat(total.find()).as(histogram).isTrue();
    return Long.parseLong(total.group(1));
  }
}
