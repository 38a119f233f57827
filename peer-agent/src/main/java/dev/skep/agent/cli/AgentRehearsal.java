package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.cli.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs commands that matter once, in one process, so that a JVM which is told to
 * (-XX:AOTCacheOutput, JEP 483 and 515) can keep which classes they need and where their time goes.
 * The build packs what it kept, and every later command of their kind starts with it: all that was
 * played is loaded at every start, and compiled where it was hot.
 */
final class AgentRehearsal {
  private static final int CHUNK_BYTES = 32 << 20;

  /** Of data: fewer, and the JVM takes less of what moves data for hot. */
  private static final int CHUNKS = 6;

  private static final int LITTLE_BYTES = 100_000;
  private static final int PIECE_BYTES = 256 << 10;

  /** A tracker that does not answer is asked as any other. */
  private static final String NOBODY = "http://localhost:1/announce";

  private static final Pattern READY = Pattern.compile("ready on (127\\.0\\.0\\.1:\\d+)");
  private static final Pattern CONTROLLED =
      Pattern.compile("controlled at http://(127\\.0\\.0\\.1:\\d+)/");

  private static final String RPC = "/transmission/rpc";
  private static final String RPC_SESSION = "X-Transmission-Session-Id";

  private final Path folder;

  private AgentRehearsal(Path folder) {
    this.folder = folder;
  }

  /**
   * Exits with 0 if every command did what it should.
   *
   * @param args what is played: {@code commands} that soon end, {@code transfers}, or a {@code
   *     service}
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("skep-rehearsal");
    try {
      var rehearsal = new AgentRehearsal(folder);
      switch (args[0]) {
        case "commands" -> rehearsal.playCommands();
        case "transfers" -> rehearsal.playTransfers();
        case "service" -> rehearsal.playService(rehearsal.playTransfers());
        default -> throw new IllegalArgumentException(args[0] + " is not played");
      }
    } finally {
      try (var all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private void playCommands() throws IOException {
    Path data = data();
    Path torrent = folder.resolve("data.torrent");
    var skep = new Stage();
    create(data, torrent);
    skep.run("info", torrent);
    skep.run("magnet", torrent);
    skep.run("verify", torrent, data);
    Path few = folder.resolve("few");
    Files.write(Files.createDirectories(few.resolve("below")).resolve("a"), new byte[] {1});
    Files.write(few.resolve("b"), new byte[] {1});
    skep.run("create", few, "-o", folder.resolve("few.torrent"));
  }

  private static void create(Path data, Path torrent) {
    new Stage().run("create", data, "-o", torrent, "--piece-length", PIECE_BYTES, "-t", NOBODY);
  }

  private Path data() throws IOException {
    byte[] bytes = new byte[CHUNK_BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    Path data = Files.createFile(folder.resolve("data"));
    for (int i = 0; i < CHUNKS; i++) {
      Files.write(data, bytes, StandardOpenOption.APPEND);
    }
    return data;
  }

  private Path playTransfers() throws IOException, InterruptedException {
    Path data = data();
    Path torrent = folder.resolve("data.torrent");
    create(data, torrent);
    Path little = Files.write(folder.resolve("little"), new byte[LITTLE_BYTES]);
    Path linked = folder.resolve("little.torrent");
    create(little, linked);
    var seeder = new Stage();
    String local = "127.0.0.1";
    var seeding =
        Thread.ofPlatform()
            .start(
                () ->
                    seeder.run(
                        "seed", torrent, data, linked, little, "--bind", local, "--port", 0));
    String peer = seeder.await(READY);
    Path copy = folder.resolve("copy");
    new Stage().run("get", torrent, "-d", copy, "--bind", local, "--port", 0, "--peer", peer);
    playLink(linked, peer);
    seeder.terminal.stop().ask();
    seeding.join();
    return torrent;
  }

  /** What only a link names comes from its peers, and encrypted. */
  private void playLink(Path torrent, String peer) {
    var magnet = new Stage();
    magnet.run("magnet", torrent);
    String link = magnet.said.toString(UTF_8).strip() + "&x.pe=" + peer;
    new Stage()
        .run(
            "get",
            link,
            "-d",
            folder.resolve("linked"),
            "--bind",
            "127.0.0.1",
            "--port",
            0,
            "--encryption",
            "require");
  }

  private void playService(Path torrent) throws IOException, InterruptedException {
    whileItRuns(
        (skep, agent) -> {
          skep.run("agent", "add", torrent, "-d", folder, "--agent", agent);
          skep.run("agent", "list", "--agent", agent);
          skep.run("agent", "show", "1", "--agent", agent);
        });
    // Mostly it starts with what it was left with, and front ends ask at once.
    whileItRuns(
        (skep, agent) -> {
          skep.run("agent", "list", "--agent", agent);
          askAsFrontEndsDo(agent);
        });
  }

  private static void askAsFrontEndsDo(String agent) throws IOException {
    for (String path : List.of("/health/ready", "/metrics", "/")) {
      answer(agent, path, "", "");
    }
    String id = answer(agent, RPC, "{}", "").getHeaderField(RPC_SESSION);
    answer(agent, RPC, "{\"method\":\"session-get\"}", id);
    answer(agent, RPC, "{\"method\":\"session-stats\"}", id);
    String fields = "[\"id\",\"name\",\"status\",\"hashString\",\"percentDone\",\"eta\"]";
    answer(
        agent, RPC, "{\"method\":\"torrent-get\",\"arguments\":{\"fields\":" + fields + "}}", id);
  }

  /** To a call, or where there is none, of what is to be read. */
  private static URLConnection answer(String agent, String path, String call, String session)
      throws IOException {
    URLConnection http = URI.create("http://" + agent + path).toURL().openConnection();
    http.setRequestProperty(RPC_SESSION, session);
    if (!call.isEmpty()) {
      http.setDoOutput(true);
      http.getOutputStream().write(call.getBytes(UTF_8));
    }
    if (http instanceof HttpURLConnection answered && answered.getResponseCode() == 200) {
      answered.getInputStream().readAllBytes();
    }
    return http;
  }

  /** What is asked of a service, at this address. */
  private interface Questions {
    void ask(Stage skep, String agent) throws IOException;
  }

  private void whileItRuns(Questions questions) throws IOException, InterruptedException {
    var service = new Stage();
    Path kept = folder.resolve("agent");
    Path config = folder.resolve("agent.properties");
    Files.writeString(config, "skep.agent.bind=127.0.0.1\n");
    var running =
        Thread.ofPlatform()
            .start(
                () ->
                    service.run(
                        "agent",
                        "run",
                        "--data",
                        kept,
                        "--config",
                        config,
                        "--port",
                        0,
                        "--rpc-port",
                        0));
    String agent = service.await(CONTROLLED);
    var skep = new Stage();
    questions.ask(skep, agent);
    skep.run("agent", "stop", "--agent", agent);
    running.join();
  }

  /** A terminal that nobody sees. */
  private static final class Stage {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(said, true, UTF_8);
    private final Terminal terminal =
        Terminal.of(out, out, InputStream.nullInputStream(), Map.of());

    void run(Object... words) {
      String[] args = new String[words.length];
      for (int i = 0; i < args.length; i++) {
        args[i] = words[i].toString();
      }
      if (SkepCommand.run(terminal, args) != 0) {
        System.err.println(said.toString(UTF_8));
        System.exit(1);
      }
    }

    /** The first group of what it says. */
    String await(Pattern words) throws InterruptedException {
      while (true) {
        Matcher said = words.matcher(this.said.toString(UTF_8));
        if (said.find()) {
          return said.group(1);
        }
        Thread.sleep(10);
      }
    }
  }
}
