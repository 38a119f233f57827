package dev.skep.tracker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A tracker in a process of its own, as {@code skep tracker run} starts it. */
final class RunningTracker implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("skep: tracker ready on https?://127\\.0\\.0\\.1:(\\d+)/announce.*");

  private final Process process;
  private final Optional<Path> data;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;
  private final HttpClient client = HttpClient.newHttpClient();

  private RunningTracker(Process process, Optional<Path> data) {
    this.process = process;
    this.data = data;
    // Reading from a process holds a virtual thread's carrier, and there may be two of these.
    this.reader = Thread.ofPlatform().daemon().start(this::read);
  }

  /**
   * Begins to run with these variables in its environment; neither readiness nor an end is waited
   * for.
   */
  static RunningTracker runWith(Map<String, String> environment) throws IOException {
    var before = new ArrayList<>(List.of("env"));
    environment.forEach((name, value) -> before.add(name + "=" + value));
    return run(Optional.empty(), before);
  }

  private static RunningTracker run(Optional<Path> data, List<String> before, String... arguments)
      throws IOException {
    var command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dskep.save.interval=500ms",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.skep.tracker.TrackerMain"));
    command.addAll(List.of(arguments));
    return new RunningTracker(
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start(),
        data);
  }

  /** Runs on free ports of 127.0.0.1 and waits until it is ready. */
  static RunningTracker ready(Path data) throws IOException {
    return ready(data, List.of());
  }

  /** The same for one that may not open more files than so many. */
  static RunningTracker readyWithFiles(Path data, int mostFiles) throws IOException {
    return ready(data, List.of("sh", "-c", "ulimit -n " + mostFiles + "; exec \"$@\"", "sh"));
  }

  /** The same for one with a configuration file. */
  static RunningTracker readyWithConfig(Path data, Path config) throws IOException {
    return ready(data, List.of(), "--config", config.toString());
  }

  private static RunningTracker ready(Path data, List<String> before, String... more)
      throws IOException {
    var arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of("--bind", "127.0.0.1", "--port", "0", "--data", data.toString()));
    RunningTracker tracker = run(Optional.of(data), before, arguments.toArray(String[]::new));
    Awaitility.await("the tracker is ready")
        .atMost(90, TimeUnit.SECONDS)
        .failFast("it ended", () -> !tracker.process.isAlive())
        .until(() -> tracker.lines.stream().anyMatch(line -> READY.matcher(line).matches()));
    return tracker;
  }

  private void read() {
    try (var error =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      error.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException _) {
      // It was killed.
    }
  }

  /** What it said on stderr so far. */
  List<String> lines() {
    return lines;
  }

  int port() {
    for (String line : lines) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return Integer.parseInt(ready.group(1));
      }
    }
    throw new AssertionError("not ready: " + lines);
  }

  String get(String pathAndQuery) throws IOException, InterruptedException {
    return client
        .send(
            request(pathAndQuery).GET().build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1))
        .body();
  }

  /** As a command of the same user does, with the token from the data folder. */
  int post(String pathAndQuery, byte[] body) throws IOException, InterruptedException {
    String token = Files.readString(data.orElseThrow().resolve("admin.token")).strip();
    return post(pathAndQuery, body, token);
  }

  int post(String pathAndQuery, byte[] body, String token)
      throws IOException, InterruptedException {
    var request =
        request(pathAndQuery)
            .header("Content-Type", "application/x-bittorrent")
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  /** As an administrator does, with JSON. */
  HttpResponse<String> postJson(String path, String json) throws IOException, InterruptedException {
    String token = Files.readString(data.orElseThrow().resolve("admin.token")).strip();
    var request =
        request(path)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + pathAndQuery));
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** SIGTERM. */
  void stop() {
    process.destroy();
  }

  /** Its exit status, once it ended. */
  int status() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + lines);
    }
    reader.join();
    return process.exitValue();
  }

  @Override
  public void close() {
    kill();
    client.close();
  }
}
