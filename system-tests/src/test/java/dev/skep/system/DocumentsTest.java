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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name exists: pages, headings, classes and what is in them, figures. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..");
  private static final Path DOCS = ROOT.resolve("docs");
  private static final Path DECISIONS = DOCS.resolve("decisions");

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
        files(ROOT, ".java").stream()
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
      return all.filter(file -> file.toString().endsWith(ending))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toList();
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
