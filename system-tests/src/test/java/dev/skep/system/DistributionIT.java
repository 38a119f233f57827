package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packed distribution, unpacked somewhere without any source. */
class DistributionIT {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#[^)]*)?\\)");

  /** As in {@code (Apache-2.0) picocli (info.picocli:picocli:4.7.7 - https://picocli.info)}. */
  private static final Pattern LIBRARY = Pattern.compile("\\([\\w.-]+:([\\w.-]+):([\\w.-]+) - ");

  private static final Pattern OUR_JARS =
      Pattern.compile("^(tracker-server|peer-agent|shared-[a-z]+|picocli)-.*SNAPSHOT");

  @TempDir private static Path folder;
  private static Path home = Path.of("");

  @BeforeAll
  static void unpack() throws Exception {
    Path packed = Path.of(System.getProperty("skep.home") + ".tar.gz");
    var tar = new ProcessBuilder("tar", "-xzf", packed.toString(), "-C", folder.toString());
    assertThat(tar.inheritIO().start().waitFor()).isZero();
    home = folder.resolve(Path.of(System.getProperty("skep.home")).getFileName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tracker-server", "peer-agent"})
  void eachProgramFindsItsWholeClassPathInLib(String program) throws IOException {
    for (String jar : classPath(program)) {
      assertThat(home.resolve("lib").resolve(jar)).isRegularFile();
    }
  }

  @Test
  void theAgentDoesNotDragTheTrackersFrameworkAlong() throws IOException {
    assertThat(classPath("peer-agent")).noneMatch(jar -> jar.startsWith("helidon"));
  }

  @Test
  void aCommandRunsAndItsStderrIsQuiet() throws Exception {
    assertThatTheVersionIsTold();
  }

  @Test
  void aCommandStartsWithWhatTheBuildsRehearsalLeft() throws Exception {
    Path classes = folder.resolve("classes");
    var skep = new ProcessBuilder(home.resolve("bin/skep").toString(), "--version");
    skep.environment().put("JAVA_HOME", System.getProperty("java.home")); // what the build used
    skep.environment().put("SKEP_JAVA_OPTS", "-Xlog:class+load:file=" + classes);
    assertThat(skep.start().waitFor()).isZero();

    assertThat(Files.readAllLines(classes))
        .anyMatch(
            line -> line.endsWith("dev.skep.agent.cli.SkepCommand source: shared objects file"))
        .anyMatch(line -> line.endsWith("picocli.CommandLine source: shared objects file"));
  }

  @Test
  void whoAsksNoWebServerDoesNotLoadWhatThatTakes() throws Exception {
    Path data = TestFolder.file(folder.resolve("some.bin"), 100_000, 1);
    Path torrent = folder.resolve("some.torrent");
    assertThat(Skep.run(folder, "create", data, "-o", torrent).process().exitValue()).isZero();
    Path classes = folder.resolve("classes");

    Skep get =
        Skep.runWith(
            Map.of("SKEP_JAVA_OPTS", "-Xlog:class+load:file=" + classes),
            folder,
            "get",
            torrent,
            "--peer",
            "127.0.0.1:1",
            "--give-up",
            "1s",
            "-d",
            folder.resolve("copy"));

    assertThat(get.process().exitValue()).isEqualTo(1);
    assertThat(Files.readAllLines(classes))
        .anyMatch(line -> line.contains("dev.skep.agent.session.Transfer "))
        .noneMatch(
            line -> line.contains("java.net.http.") || line.contains("jdk.internal.net.http"));
  }

  @Test
  @Tag("ci")
  void aTrackerStartsWithWhatTheBuildsRehearsalLeft() throws Exception {
    Path classes = folder.resolve("tracker-classes");
    var builder =
        new ProcessBuilder(
            home.resolve("bin/skep").toString(),
            "tracker",
            "run",
            "--port",
            "0",
            "--bind",
            "127.0.0.1",
            "--data",
            folder.resolve("data").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SKEP_JAVA_OPTS", "-Xlog:class+load:file=" + classes);
    Process tracker = builder.start();
    try (var err = tracker.errorReader()) {
      assertThat(err.readLine()).startsWith("skep: the new admin token");
      assertThat(err.readLine()).startsWith("skep: tracker ready on");
    } finally {
      tracker.destroy();
      assertThat(tracker.waitFor()).isZero();
    }

    assertThat(Files.readAllLines(classes))
        .anyMatch(line -> line.endsWith("dev.skep.tracker.Tracker source: shared objects file"))
        .anyMatch(line -> line.contains("io.helidon.") && line.endsWith("shared objects file"));
  }

  @Test
  @Tag("ci")
  void aCommandRunsQuietlyWithoutItIfItDoesNotFit() throws Exception {
    Path cache = home.resolve("lib/peer-agent.aot");
    byte[] good = Files.readAllBytes(cache);
    try {
      Files.write(cache, Arrays.copyOf(good, good.length / 2));
      assertThatTheVersionIsTold();
    } finally {
      Files.write(cache, good);
    }
  }

  @Test
  void theLicenceComesAlong() {
    assertThat(home.resolve("LICENSE")).content().contains("Apache License");
  }

  @Test
  void theLicenceOfEachLibraryIsNamed() throws IOException {
    List<String> named = Files.readAllLines(home.resolve("THIRD-PARTY.txt"));
    assertThat(named).as("compiled by us").anyMatch(line -> line.contains("info.picocli:picocli:"));
    assertThat(named).as("our own").noneMatch(line -> line.contains("(dev.skep:"));

    try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
      for (Path jar : jars.filter(DistributionIT::isSomebodyElses).toList()) {
        String file = jar.getFileName().toString();
        assertThat(named)
            .as(file)
            .anyMatch(
                line -> {
                  Matcher library = LIBRARY.matcher(line);
                  return library.find()
                      && file.equals(library.group(1) + "-" + library.group(2) + ".jar");
                });
      }
    }
  }

  private static boolean isSomebodyElses(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".jar") && !OUR_JARS.matcher(name).find();
  }

  @Test
  void itsDocumentsAreThereAndNeedNoSources() throws IOException {
    String readme = Files.readString(home.resolve("README.md"));

    assertThat(readme).doesNotContainIgnoringCase("maven", "mvn").doesNotContain("./skep");
    List<String> links = links(readme);
    assertThat(links).contains("docs/commands.md");
    for (String link : links) {
      assertThat(home.resolve(link)).isRegularFile();
      for (String next : links(Files.readString(home.resolve(link)))) {
        if (!next.startsWith("../")) { // which leads to the sources
          assertThat(home.resolve(link).resolveSibling(next)).as(link).isRegularFile();
        }
      }
    }
  }

  /** Of other documents, without the place in them. */
  private static List<String> links(String document) {
    return LINK.matcher(document)
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.isEmpty() && !link.contains(":"))
        .toList();
  }

  private static void assertThatTheVersionIsTold() throws Exception {
    Path err = folder.resolve("err");
    Process skep =
        new ProcessBuilder(home.resolve("bin/skep").toString(), "--version")
            .redirectError(err.toFile())
            .start();
    String out = new String(skep.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(skep.waitFor()).isZero();
    assertThat(out).startsWith("skep " + home.getFileName().toString().substring("skep-".length()));
    assertThat(Files.readString(err)).isEmpty();
  }

  private static List<String> classPath(String program) throws IOException {
    try (var jars = Files.newDirectoryStream(home.resolve("lib"), program + "-*.jar");
        var jar = new JarFile(jars.iterator().next().toFile())) {
      String names = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return List.of(names.split(" ", -1));
    }
  }
}
