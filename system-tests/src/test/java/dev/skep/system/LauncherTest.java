package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real launcher in a small source tree whose Maven and Java are scripts. */
class LauncherTest {
  private static final Path REAL_LAUNCHER = Path.of("..", "skep");
  private static final String TOOLS = "cat dirname find head ln mkdir mv readlink rm sleep touch";

  /** Packs what a build packs, and counts how often it was asked to. */
  private static final String MAVEN =
      """
      #!/bin/sh
      echo built >> builds
      home=distribution/target/skep-1.0
      mkdir -p $home/bin $home/lib
      cp skep $home/bin/skep
      touch $home/lib/peer-agent-1.0.jar $home/lib/tracker-server-1.0.jar $home.tar.gz
      """;

  /** Tells how it was called, and as which process. */
  private static final String JAVA =
      """
      #!/bin/sh
      echo "pid $$"
      echo "$@"
      """;

  @TempDir Path folder;
  private Path tree = Path.of("");
  private Path launcher = Path.of("");

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(folder.toRealPath().resolve("a tree"));
    launcher = script(tree.resolve("skep"), Files.readString(REAL_LAUNCHER));
    Files.createFile(tree.resolve("pom.xml"));
    Files.createDirectories(tree.resolve("peer-agent/src/main"));
    Files.createFile(tree.resolve("peer-agent/src/main/Source.java"));
    script(folder.resolve("maven/mvn"), MAVEN);
    script(folder.resolve("jdk/bin/java"), JAVA);
    Files.writeString(
        folder.resolve("jdk/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.3\"\n");
  }

  @Test
  void theFirstCommandBuildsAndSaysSoInOneLineTheNextDoesNot() throws Exception {
    Ran first = skep("info", "x.torrent");
    Ran next = skep("info", "x.torrent");

    assertThat(first.err()).startsWith("skep: building").hasLineCount(1);
    assertThat(first.out()).contains("/lib/peer-agent-1.0.jar info x.torrent");
    assertThat(next.err()).isEmpty();
    assertThat(builds()).isOne();
  }

  @Test
  void aSourceNewerThanTheBuildIsBuilt() throws Exception {
    skep("info");
    Files.setLastModifiedTime(archive(), FileTime.fromMillis(0));
    skep("info");

    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void documentsAreNoReasonToBuild() throws Exception {
    skep("info");
    Files.setLastModifiedTime(archive(), FileTime.from(Instant.parse("2036-01-01T00:00:00Z")));
    for (String document : List.of("README.md", "LICENSE", "docs/commands.md")) {
      Path file = tree.resolve(document);
      Files.createDirectories(file.getParent());
      Files.setLastModifiedTime(
          Files.createFile(file), FileTime.from(Instant.parse("2037-01-01T00:00:00Z")));
    }
    skep("info");

    assertThat(builds()).isOne();
  }

  @Test
  void whereTheTreeCannotBeWrittenOneLineSaysSoAndTheOldBuildRuns() throws Exception {
    skep("info");
    Files.setLastModifiedTime(archive(), FileTime.fromMillis(0));

    try (var _ = new ReadOnlyTree()) {
      Ran ran = skep("info", "x.torrent");

      assertThat(ran.status()).isZero();
      assertThat(ran.out()).contains("/lib/peer-agent-1.0.jar info x.torrent");
      assertThat(ran.err()).contains("cannot be written").hasLineCount(1);
      assertThat(builds()).isOne();
    }
  }

  @Test
  void whereNothingIsBuiltAndTheTreeCannotBeWrittenItEndsWithOneLine() throws Exception {
    Files.createDirectories(tree.resolve("distribution/target"));

    try (var _ = new ReadOnlyTree()) {
      Ran ran = skep("info");

      assertThat(ran.status()).isOne();
      assertThat(ran.err()).contains("cannot be written").hasLineCount(1);
    }
  }

  @Test
  void theLockOfAKilledBuilderInATreeThatCannotBeWrittenHoldsNobodyUp() throws Exception {
    skep("info");
    Files.setLastModifiedTime(archive(), FileTime.fromMillis(0));
    Process killed = new ProcessBuilder("sleep", "60").start();
    killed.destroyForcibly().waitFor();
    lockHeldBy(killed.pid());

    try (var _ = new ReadOnlyTree()) {
      assertThat(skep("info").err()).contains("cannot be written").hasLineCount(1);
    }
  }

  @Test
  void aSourceThatWasEditedDuringTheBuildIsBuiltNextTime() throws Exception {
    script(
        folder.resolve("maven/mvn"),
        MAVEN + "touch -t 203701010000 peer-agent/src/main/Source.java\n");
    skep("info");
    skep("info");

    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aSecondTerminalWaitsForTheFirstAndSaysSo() throws Exception {
    Path lock = lockHeldBy(ProcessHandle.current().pid());
    Path err = folder.resolve("waiting");
    Process waiting = start(Map.of(), err, "info");
    await()
        .until(
            () ->
                Files.readString(err)
                    .contains("waiting for process " + ProcessHandle.current().pid()));
    assertThat(waiting.isAlive()).isTrue();

    Files.delete(lock);

    assertThat(waiting.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.exitValue()).isZero();
    assertThat(builds()).isOne();
  }

  @Test
  void theLockOfAKilledBuilderIsTakenOver() throws Exception {
    Process killed = new ProcessBuilder("sleep", "60").start();
    killed.destroyForcibly().waitFor();
    Path lock = lockHeldBy(killed.pid());

    assertThat(skep("info").status()).isZero();
    assertThat(builds()).isOne();
    assertThat(Files.exists(lock, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void aBuildThatFailsShowsWhatMavenSaid() throws Exception {
    script(folder.resolve("maven/mvn"), "#!/bin/sh\necho 'no such symbol'\nexit 1\n");

    Ran ran = skep("info");

    assertThat(ran.status()).isOne();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("no such symbol").contains("skep: the build failed");
  }

  @Test
  void withoutMavenOneLineSaysWhatIsMissing() throws Exception {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS.split(" ", -1)) {
      script(tools.resolve(tool), "#!/bin/sh\nexec " + onPath(tool) + " \"$@\"\n");
    }

    Ran ran = run(Map.of("PATH", tools.toString()), "info");

    assertThat(ran.status()).isOne();
    assertThat(ran.err()).contains("Maven").hasLineCount(1);
  }

  @Test
  void aJdkThatIsTooOldIsPassedOver() throws Exception {
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"21.0.9\"\n");

    assertThat(skep("info").out()).doesNotContain("pid");
  }

  @Test
  void itIsFoundThroughSymbolicLinksFromAnyFolder() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("else/where"));
    Files.createSymbolicLink(elsewhere.resolve("one"), Path.of("../../a tree/skep"));
    launcher = Files.createSymbolicLink(folder.resolve("two"), elsewhere.resolve("one"));

    assertThat(skep("info").out()).contains("/lib/peer-agent-1.0.jar info");
  }

  @Test
  void theTrackerRunsOnItsOwnClassPathWithTheRestOfTheLine() throws Exception {
    assertThat(skep("tracker", "run", "--port", "7000").out())
        .contains("/lib/tracker-server-1.0.jar --port 7000");
    assertThat(skep("tracker", "list").out()).contains("/lib/peer-agent-1.0.jar tracker list");
  }

  @Test
  void helpForTheTrackerIsTheTrackersOwn() throws Exception {
    assertThat(skep("help", "tracker", "run").out()).contains("/lib/tracker-server-1.0.jar --help");
    assertThat(skep("help", "tracker", "list").out())
        .contains("/lib/peer-agent-1.0.jar help tracker list");
  }

  @Test
  void theUsersOwnFlagsComeLastSoThatTheyWin() throws Exception {
    Ran ran = run(Map.of("SKEP_JAVA_OPTS", "-Xmx2g -Da=b"), "tracker", "run");

    assertThat(ran.out())
        .contains("-Xmx512m")
        .containsPattern("-Xmx2g -Da=b -jar \\S.*tracker-server");
  }

  @Test
  void whoeverNamesAFolderForTemporaryFilesGetsThemThere() throws Exception {
    assertThat(run(Map.of("TMPDIR", "/large disk/tmp"), "info").out())
        .contains("-Djava.io.tmpdir=/large disk/tmp");
  }

  @Test
  void whatTheBuildsRehearsalLeftIsUsedByTheProgramThatItFits() throws Exception {
    assertThat(skep("info").out()).doesNotContain("AOTCache");
    Path kept = Files.createFile(tree.resolve("distribution/target/skep-1.0/lib/peer-agent.aot"));

    assertThat(skep("info").out()).contains("-XX:AOTCache=" + kept);
    assertThat(skep("tracker", "run").out()).doesNotContain("AOTCache");
  }

  @Test
  void whetherThereIsATerminalIsToldSoThatJavaNeedNotAsk() throws Exception {
    assertThat(skep("info").out()).contains("-Dskep.terminal= ");
  }

  @Test
  void javaTakesTheLaunchersPlaceSoThatSignalsReachIt() throws Exception {
    skep("info");
    Path out = folder.resolve("out");
    Process process = start(Map.of(), folder.resolve("err"), "info");
    process.getInputStream().transferTo(Files.newOutputStream(out));

    assertThat(Files.readString(out)).startsWith("pid " + process.pid() + "\n");
  }

  @Test
  void programsAreToldALauncherThatNeverBuilds() throws Exception {
    assertThat(skep("swarm").out())
        .contains("-Dskep.launcher=" + tree.resolve("distribution/target/skep-1.0/bin/skep"));
  }

  /**
   * The programs that write find a full disk in {@code distribution}: permissions would not stop
   * root, who runs these tests on some machines.
   */
  private final class ReadOnlyTree implements AutoCloseable {
    private ReadOnlyTree() throws IOException {
      for (String tool : List.of("ln", "mv", "touch")) {
        String refusal = "#!/bin/sh\ncase $* in *distribution/target*) exit 1;; esac\n";
        String real = "exec " + onPath(tool) + " \"$@\"\n";
        script(folder.resolve("maven").resolve(tool), refusal + real);
      }
    }

    @Override
    public void close() throws IOException {
      for (String tool : List.of("ln", "mv", "touch")) {
        Files.delete(folder.resolve("maven").resolve(tool));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 20, 29})
  void tooFewOpenFilesForJavaAreOneLineThatNamesTheLimit(int limit) throws Exception {
    skep("info");
    Process limited =
        new ProcessBuilder("sh", "-c", "ulimit -n " + limit + "; exec \"$0\" info", launcher + "")
            .redirectErrorStream(true)
            .start();

    String said = new String(limited.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(said).startsWith("skep: this process may have " + limit + " files open at once");
    assertThat(said).contains("(ulimit -n)").hasLineCount(1);
    assertThat(limited.waitFor()).isOne();
  }

  private record Ran(int status, String out, String err) {}

  private Ran skep(String... words) throws IOException, InterruptedException {
    return run(Map.of(), words);
  }

  private Ran run(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    Path err = Files.createTempFile(folder, "err", "");
    Process process = start(environment, err, words);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(err));
  }

  private Process start(Map<String, String> environment, Path err, String... words)
      throws IOException {
    var builder = new ProcessBuilder(launcher.toString());
    builder.command().addAll(List.of(words));
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().compute("PATH", (name, path) -> folder.resolve("maven") + ":" + path);
    builder.environment().remove("SKEP_JAVA_OPTS");
    builder.environment().putAll(environment);
    return builder.directory(folder.toFile()).redirectError(err.toFile()).start();
  }

  private Path lockHeldBy(long pid) throws IOException {
    Path target = Files.createDirectories(tree.resolve("distribution/target"));
    return Files.createSymbolicLink(target.resolve("building"), Path.of(Long.toString(pid)));
  }

  private Path archive() {
    return tree.resolve("distribution/target/skep-1.0.tar.gz");
  }

  private int builds() throws IOException {
    return Files.readAllLines(tree.resolve("builds")).size();
  }

  private static Path script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path onPath(String tool) {
    for (String place : System.getenv("PATH").split(":", -1)) {
      Path file = Path.of(place, tool);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new AssertionError(tool + " is not on the PATH");
  }
}
