package dev.skep.agent.cli.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.cli.process.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyDigestsTest {
  @TempDir Path folder;

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  @Test
  void aFolderHasTheDigestOfItsSortedLines() throws Exception {
    Files.createDirectories(folder.resolve("ä/b"));
    Files.writeString(folder.resolve("ä/b/x"), "one");
    Files.writeString(folder.resolve("y"), "two");
    String one = sha256("one") + "  ä/b/x\n";
    String two = sha256("two") + "  y\n";

    String lines = one.compareTo(two) < 0 ? one + two : two + one;
    assertThat(CopyDigests.of(folder)).isEqualTo(sha256(lines));
    assertThat(CopyDigests.of(folder.resolve("y"))).isEqualTo(sha256("two"));
  }

  @Test
  void testDataIsTheSameForTheSameSeedAndExactlyAsLongAsAsked() throws IOException {
    Path a = folder.resolve("a");
    Path b = folder.resolve("b");
    Path c = folder.resolve("c");
    TestData.write(a, 3_000_001, 1, written -> {});
    TestData.write(b, 3_000_001, 1, written -> {});
    TestData.write(c, 3_000_001, 2, written -> {});

    assertThat(a).hasSize(3_000_001).hasSameBinaryContentAs(b);
    assertThat(CopyDigests.of(c)).isNotEqualTo(CopyDigests.of(a));
  }

  @Test
  void aFolderIsDeletedWithAllThatIsInItAndNothingElse() throws IOException {
    Path outside = Files.writeString(folder.resolve("outside"), "stays");
    Path inside = Files.createDirectories(folder.resolve("x/y/z")).resolve("file");
    Files.writeString(inside, "goes");
    Files.createSymbolicLink(folder.resolve("x/link"), folder);

    FolderTree.delete(folder.resolve("x"));

    assertThat(folder.resolve("x")).doesNotExist();
    assertThat(outside).exists();
  }
}
