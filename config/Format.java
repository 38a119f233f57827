import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/** Runs google-java-format over a source tree: "check" names what differs, "write" rewrites. */
final class Format {
  private Format() {}

  public static void main(String[] args) throws IOException {
    boolean write = args[0].equals("write");
    var line =
        new ArrayList<>(
            write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    line.addAll(sources(Path.of(args[1])));
    var tool = ToolProvider.findFirst("google-java-format").orElseThrow();
    int status = tool.run(System.out, System.err, line.toArray(String[]::new));
    if (status != 0 && !write) {
      System.err.println(
          "Not formatted: the files above. `mvn -Pformat -N process-sources` rewrites them.");
    }
    System.exit(status);
  }

  private static List<String> sources(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      return paths
          .filter(path -> isSource(root.relativize(path)))
          .map(Path::toString)
          .sorted()
          .toList();
    }
  }

  /** Not what a build made ("target"), and nothing in hidden folders. */
  private static boolean isSource(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".") || name.toString().equals("target")) {
        return false;
      }
    }
    return relative.toString().endsWith(".java");
  }
}
