package dev.skep.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the documents name exists: pages, headings, rooms, classes, figures. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..");
  private static final Path DOCS = ROOT.resolve("docs");
  private static final Path DECISIONS = DOCS.resolve("decisions");

  private static final List<String> MODULES =
      List.of("shared-protocol", "shared-service", "tracker-server", "peer-agent", "benchmarks");

  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");

  /** A class, with rooms before it or a member behind it, as pages about the code name it. */
  private static final Pattern NAMED =
      Pattern.compile("`(?:[a-z]+\\.)*([A-Z]\\w*[a-z]\\w*)(?:\\.([A-Za-z_]\\w*))?(?:\\(\\))?`");

  /** Pages that lead a reader through the code. */
  private static final List<String> GUIDES =
      List.of("architecture.md", "engine.md", "storage.md", "sessions.md");

  private static final Set<String> OF_THE_JDK = Set.of("InternalError");

  @Test
  void everyRelativeLinkLeadsToAPageAndAHeading() {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      links(page).filter(link -> !leads(page, link)).forEach(l -> broken.add(page + ": " + l));
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyDecisionStandsOnTheMap() {
    Path map = DECISIONS.resolve("README.md");
    Set<String> mapped = links(map).collect(Collectors.toSet());
    assertThat(files(DECISIONS, ".md").stream().map(f -> f.getFileName().toString()))
        .as("docs/decisions/README.md has a line for each decision")
        .allMatch(name -> name.equals("README.md") || mapped.contains(name));
  }

  @Test
  void everyClassAndMemberThatTheGuidesNameExists() {
    Map<String, String> sources =
        MODULES.stream()
            .flatMap(module -> files(ROOT.resolve(module).resolve("src"), ".java").stream())
            .collect(
                Collectors.toMap(
                    file -> file.getFileName().toString().replace(".java", ""),
                    DocumentsTest::read,
                    String::concat));
    List<String> missing = new ArrayList<>();
    for (String guide : GUIDES) {
      String text = FENCED.matcher(read(DOCS.resolve(guide))).replaceAll("");
      for (MatchResult named : NAMED.matcher(text).results().toList()) {
        String source = sources.get(named.group(1));
        boolean exists =
            source != null && (named.group(2) == null || source.contains(named.group(2)));
        if (!exists && !OF_THE_JDK.contains(named.group(1))) {
          missing.add(guide + ": " + named.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"agent, peer-agent", "tracker, tracker-server"})
  void thePictureOfTheRoomsHasTheArrowsOfTheCode(String program, String module) {
    Set<String> used = arrowsOfTheCode(program, ROOT.resolve(module).resolve("src/main/java"));
    Matcher picture =
        Pattern.compile("(?ms)^  subgraph " + program + " \\[" + module + "]$(.*?)^  end$")
            .matcher(read(DOCS.resolve("architecture.md")));
    assertThat(picture.find()).isTrue();
    Set<String> solid = arrows(picture.group(1), " --> ");
    Set<String> dotted = arrows(picture.group(1), " -.-> "); // allowed, and not used

    assertThat(solid).as("solid arrows of docs/architecture.md").isEqualTo(used);
    assertThat(dotted).doesNotContainAnyElementsOf(used);
  }

  private static Set<String> arrowsOfTheCode(String program, Path sources) {
    Path rooms = sources.resolve("dev/skep").resolve(program);
    Pattern uses =
        Pattern.compile("(?m)^import (?:static )?dev\\.skep\\." + program + "\\.([a-z]+)\\.");
    Set<String> arrows = new TreeSet<>();
    for (Path file : files(rooms, ".java")) {
      Path inside = rooms.relativize(file);
      String from = inside.getName(0).toString();
      if (inside.getNameCount() > 1) { // what is in no room starts and wires the others
        uses.matcher(read(file)).results().forEach(to -> arrows.add(from + " > " + to.group(1)));
      }
    }
    arrows.removeIf(arrow -> arrow.matches("(\\w+) > \\1"));
    return arrows;
  }

  private static Set<String> arrows(String picture, String kind) {
    Set<String> arrows = new TreeSet<>();
    for (String line : picture.lines().map(String::strip).toList()) {
      String[] ends = line.split(kind, 2);
      if (ends.length == 2 && !line.startsWith("main[")) {
        for (String from : ends[0].split(" & ", -1)) {
          Stream.of(ends[1].split(" & ", -1)).forEach(to -> arrows.add(from + " > " + to));
        }
      }
    }
    return arrows;
  }

  @Test
  void thePageOfPerformanceSaysWhatTheResultsSay() throws Exception {
    assumeTrue(isThere("python3"), "there is no python3 here");
    Process check =
        new ProcessBuilder("python3", "../benchmarks/figures", "--check")
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), UTF_8);
    assertThat(check.waitFor()).as(said).isZero();
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  // ---- Pages and links

  private static List<Path> pages() {
    List<Path> pages = new ArrayList<>(files(DOCS, ".md"));
    for (String page :
        List.of("README.md", "CONTRIBUTING.md", "k8s/README.md", "benchmarks/README.md")) {
      pages.add(ROOT.resolve(page));
    }
    return pages;
  }

  private static Stream<String> links(Path page) {
    String prose = CODE.matcher(FENCED.matcher(read(page)).replaceAll("")).replaceAll("");
    return LINK.matcher(prose).results().map(link -> link.group(1)).filter(l -> !l.contains(":"));
  }

  private static boolean leads(Path page, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
    return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
  }

  /** As the usual viewers of Markdown name headings. */
  private static Set<String> anchors(Path page) {
    Set<String> anchors = new HashSet<>();
    HEADING
        .matcher(FENCED.matcher(read(page)).replaceAll(""))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(text -> text.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .forEach(anchors::add);
    return anchors;
  }

  private static List<Path> files(Path folder, String ending) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
