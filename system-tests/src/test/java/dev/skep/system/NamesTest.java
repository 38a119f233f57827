package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One name, one thing: who reads a name in any module finds one class. */
class NamesTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void noTwoClassesHaveTheSameName() throws IOException {
    Map<String, List<Path>> byName;
    try (Stream<Path> modules = Files.list(ROOT)) {
      byName =
          modules
              .map(module -> module.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .flatMap(NamesTest::sources)
              .collect(
                  Collectors.groupingBy(
                      file -> file.getFileName().toString(), TreeMap::new, Collectors.toList()));
    }
    assertThat(byName).as("the sources are found").containsKey("SwarmStore.java");
    byName.remove("package-info.java"); // one in each room
    byName.values().removeIf(files -> files.size() == 1);
    assertThat(byName).as("classes of the same name").isEmpty();
  }

  private static Stream<Path> sources(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
