package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Torrents in a Dropbox, asked by Dropbox's own library. */
class DropboxTest {
  @TempDir private Path temp;
  @AutoClose private TestDropbox dropbox;
  private final Map<String, String> environment = new HashMap<>();
  private Console skep = new Console();

  @BeforeEach
  void begin() throws Exception {
    dropbox = new TestDropbox();
    environment.put("SKEP_DROPBOX_URL", dropbox.url());
    environment.put("SKEP_DROPBOX_TOKEN", TestDropbox.TOKEN);
    Files.write(temp.resolve("disk.img"), new byte[100_000]);
  }

  private int run(Object... words) {
    skep = new Console(InputStream.nullInputStream(), environment);
    return skep.run(words);
  }

  private int create(String... more) {
    var words = new ArrayList<Object>(List.of("create", temp.resolve("disk.img"), "-f"));
    words.addAll(List.of("-o", temp.resolve("out.torrent")));
    words.addAll(List.of(more));
    return run(words.toArray());
  }

  /** The one line that says what went wrong. */
  private String line() {
    List<String> lines = skep.err().lines().filter(line -> line.startsWith("skep: ")).toList();
    assertThat(lines).as(skep.err()).hasSize(1);
    return lines.getFirst();
  }

  @Test
  void itIsPutThereAndFoundThere() throws Exception {
    assertThat(create("--publish", "dropbox:/torrents/")).as(skep.err()).isZero();
    assertThat(skep.err()).contains("put to dropbox:/torrents/disk.img.torrent");
    assertThat(temp.resolve("out.torrent"))
        .hasBinaryContent(dropbox.files.get("/torrents/disk.img.torrent"));
    assertThat(run("info", "dropbox:/torrents/disk.img.torrent")).as(skep.err()).isZero();
    assertThat(skep.out()).contains("disk.img");
    assertThat(run("info", "dropbox:/torrents/none")).isEqualTo(1);
    assertThat(line()).isEqualTo("skep: dropbox:/torrents/none: nothing is there, or not for you");
  }

  @Test
  void aRefreshTokenGetsShortOnes() throws Exception {
    environment.remove("SKEP_DROPBOX_TOKEN");
    Path file = Files.writeString(temp.resolve("token"), TestDropbox.REFRESH + "\n");
    environment.put("SKEP_DROPBOX_REFRESH_TOKEN_FILE", file.toString());
    assertThat(create("--publish", "dropbox:/x")).isEqualTo(1);
    assertThat(line()).contains("a refresh token needs SKEP_DROPBOX_APP_KEY, too");
    environment.put("SKEP_DROPBOX_APP_KEY", TestDropbox.KEY);
    assertThat(create("--publish", "dropbox:/x")).as(skep.err()).isZero();
    assertThat(dropbox.files).containsKey("/x");
    assertThat(dropbox.asked.getFirst()).startsWith("token ").contains(TestDropbox.KEY);

    Files.writeString(file, "revoked");
    assertThat(create("--publish", "dropbox:/x")).isEqualTo(1);
    assertThat(line()).contains("does not take the token in " + file);
  }

  @ParameterizedTest
  @CsvSource({
    "expired_access_token, the token in SKEP_DROPBOX_TOKEN is over; get another",
    "invalid_access_token, does not take the token in SKEP_DROPBOX_TOKEN; get another",
  })
  void aTokenThatIsNoGoodIsSaidSo(String trouble, String words) {
    dropbox.tokenTrouble = trouble;
    assertThat(create("--publish", "dropbox:/x")).isEqualTo(1);
    assertThat(line()).startsWith("skep: dropbox:/x: ").contains(words);
    assertThat(skep.err()).doesNotContain(TestDropbox.TOKEN);
  }

  @ParameterizedTest
  @CsvSource({
    "insufficient_space, this Dropbox has no room left; make some",
    "no_write_permission, you may not write into that folder",
    "malformed_path, no name that Dropbox takes",
    "disallowed_name, no name that Dropbox takes",
    "too_many_write_operations, too much is written there now; try again",
  })
  void aRefusalIsOneLineThatSaysWhatToDo(String refusal, String words) {
    dropbox.refusal = refusal;
    assertThat(create("--publish", "dropbox:/folder/x")).isEqualTo(1);
    assertThat(line()).startsWith("skep: dropbox:/folder/x: " + words);
  }

  @Test
  void whoSaysNoTokenIsToldWhere() {
    environment.remove("SKEP_DROPBOX_TOKEN");
    assertThat(create("--publish", "dropbox:/x")).isEqualTo(1);
    assertThat(line()).contains("Set SKEP_DROPBOX_REFRESH_TOKEN and SKEP_DROPBOX_APP_KEY");
    assertThat(run("info", "dropbox:x")).isEqualTo(1);
    assertThat(line()).contains("write dropbox:/FOLDER/NAME");
  }

  @Test
  void whereNobodyAnswersThatIsSaid() {
    dropbox.close();
    assertThat(create("--publish", "dropbox:/x")).isEqualTo(1);
    assertThat(line()).contains("dropbox:/x: Dropbox cannot be reached (");
  }
}
