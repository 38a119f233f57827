package dev.skep.agent.cli.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceFileTest {
  private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");
  private static final List<String> COMMAND =
      List.of("/bin/true", "agent", "run", "--data", "/srv/a b/50%/$HOME/\"x\"\\");

  @TempDir private Path temp;

  @Test
  void aWordThatIsMoreThanLettersIsOneWordForSystemd() {
    assertThat(ServiceFile.ofUser(temp, COMMAND).text())
        .contains(
            "\nExecStart=/bin/true agent run --data"
                + " \"/srv/a b/50%%/$$HOME/\\\"x\\\"\\\\\"\nRestart=on-failure\n");
  }

  @Test
  void systemdHasNothingToSayAgainstTheUnits() throws Exception {
    assumeTrue(Files.isExecutable(ANALYZE), "systemd-analyze is not installed");
    for (ServiceFile file :
        List.of(ServiceFile.ofUser(temp, COMMAND), ServiceFile.ofSystem(COMMAND))) {
      Path unit = Files.writeString(temp.resolve("skep-agent.service"), file.text());
      Process analyze =
          new ProcessBuilder(ANALYZE.toString(), "verify", unit.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(analyze.getInputStream().readAllBytes(), UTF_8);
      assertThat(said.lines().filter(line -> line.contains("skep-agent"))).isEmpty();
      assertThat(analyze.waitFor()).as(said).isZero();
    }
  }

  @Test
  void launchdIsToldTheSameInItsOwnWords() {
    ServiceFile file = ServiceFile.ofMac(temp, List.of("/bin/a&b", "agent", "run"));
    assertThat(file.path()).isEqualTo(temp.resolve("Library/LaunchAgents/dev.skep.agent.plist"));
    assertThat(file.text()).contains("<string>/bin/a&amp;b</string>", "<key>SuccessfulExit</key>");
  }

  @Test
  void whatSomebodyElseWroteIsNotOurs() throws Exception {
    ServiceFile file = ServiceFile.ofUser(temp, COMMAND);
    Files.createDirectories(file.path().getParent());
    Files.writeString(file.path(), "[Service]\nExecStart=/bin/mine\n");
    assertThat(file.isOurs()).isFalse();
    Files.writeString(file.path(), file.text());
    assertThat(file.isOurs()).isTrue();
  }
}
