package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.InputStream;
import java.io.StringReader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WrongUsageTest {
  private final Console skep = new Console();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sed x y | there is no command 'skep sed', did you mean 'skep seed'",
        "download x | did you mean 'skep get'",
        "peers | did you mean 'skep tracker peers'",
        "list | did you mean 'skep tracker list'",
        "start | did you mean 'skep tracker run'",
        "foo | there is no command 'skep foo'; see skep --help",
        "foo --help | there is no command 'skep foo'",
        "help foo | there is no command 'skep foo'",
        "tracker foo --help | there is no command 'skep tracker foo'",
        "--colour | unknown option",
        "get --foo | unknown option: '--foo'",
        "get --overwite | unknown option: '--overwite', did you mean --overwrite",
        "verify x --foo | unknown option: '--foo'",
        "create | missing required parameter: 'PATH'",
        "create a b | unmatched argument",
        "create x --piece-length | --piece-length",
        "create x --piece-length big | 'big' is not a size",
        "create . --piece-length 3MiB -o /dev/null/x | power of two",
        "create . -t foo | -t foo: ",
        "create . -t ftp://x/announce | -t ftp://x/announce: ",
        "create . -t http://x:99999/announce | -t http://x:99999/announce: ",
        "create . -t http://x/announce,foo | -t foo: ",
        "create . --name a/b | no file can be called 'a/b'",
        "info | missing required parameter",
        "magnet | missing required parameter",
        "verify x | missing required parameter: 'PATH'",
        "seed x | each FILE needs the PATH",
        "seed x y z | each FILE needs the PATH",
        "seed x y --port many | --port",
        "get | missing required parameter: 'SOURCE'",
        "get x --seed --seed-time 5m | give one of --seed",
        "get x --seed-ratio -1 | --seed-ratio must be 0 or more",
        "get x --seed-ratio NaN | --seed-ratio must be 0 or more",
        "get x --max-down fast | 'fast' is not a rate",
        "get x --give-up 5 | '5' is not a duration",
        "scrape | missing required parameter",
        "tracker | missing required subcommand",
        "tracker lits | did you mean",
        "tracker list --tracker localhost:6969 | is no tracker's URL",
        "tracker list --tracker ftp://x | is no tracker's URL",
        "tracker list | name the tracker with --tracker URL",
        "tracker remove --tracker http://x | missing required parameter",
        "swarm --leechers 0 | --leechers must be from 1",
        "swarm --leechers many | '--leechers': 'many' is not a whole number",
        "swarm --size 0 | at least one byte",
        "swarm . --size 1MiB | not both",
      })
  void isOneLineAndStatus2(String words, String said) {
    int status = skep.run((Object[]) words.split(" ", -1));

    assertThat(skep.err()).startsWith("skep: ").containsOnlyOnce("\n").containsIgnoringCase(said);
    assertThat(skep.err()).contains("; see skep").contains("--help");
    assertThat(skep.out()).isEmpty();
    assertThat(status).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "info /no/such.torrent --json | 1",
        "get name --tracker http://127.0.0.1:1 --json | 1",
        "tracker list --tracker http://127.0.0.1:1 --json | 1",
        "swarm --leechers 0 --json | 2",
        "create --json | 2",
        "get --json --foo | 2",
      })
  void whoAskedForADocumentGetsOneOfAFailureToo(String words, int status) {
    assertThat(skep.run((Object[]) words.split(" ", -1))).isEqualTo(status);

    JsonObject document = Json.createReader(new StringReader(skep.out())).readObject();
    assertThat(document.getBoolean("ok")).isFalse();
    assertThat(skep.err()).isEqualTo("skep: " + document.getString("error") + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "get", "seed", "tracker list", "scrape"})
  void helpBreaksNoUrl(String command) {
    skep.run((Object[]) (command + " --help").split(" ", -1));

    assertThat(skep.out().lines().filter(line -> line.contains("http:") || line.contains("://")))
        .allSatisfy(line -> assertThat(line).containsPattern("http://[a-z.]+(:6969|[^:]*$)"));
    assertThat(skep.out().codePoints().noneMatch(c -> c >= 0xE000 && c < 0xE100)).isTrue();
  }

  @Test
  void nothingAtAllShowsTheHelpOnStderr() {
    assertThat(skep.run()).isEqualTo(2);
    assertThat(skep.err()).startsWith("Usage: skep").contains("create", "tracker", "swarm");
    assertThat(skep.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "info /no/such.torrent | /no/such.torrent: no such file or folder",
        "info / | /: a folder, not a .torrent file",
        "magnet /no/such.torrent | no such file or folder",
        "verify /no/such.torrent x | no such file or folder",
        "seed /no/such.torrent x | no such file or folder",
        "get /no/such.torrent | no such file; to get it by name from a catalogue, give --tracker",
        "get magnet:?xt=urn:btih:aa | is the link quoted and whole?",
        "get http://127.0.0.1:1/x.torrent | cannot be fetched (connection refused)",
        "get name --tracker http://127.0.0.1:1 | no tracker answers",
        "scrape /no/such.torrent | no such file",
        "scrape 0123456789012345678901234567890123456789 | no tracker is known",
        "create /no/such/data | /no/such/data: no such file or folder",
        "tracker list --tracker http://127.0.0.1:1 | no tracker answers at http://127.0.0.1:1",
        "tracker list --tracker http://no-such-host.invalid:6969 | unknown host",
        "tracker publish /no/such.torrent --tracker http://127.0.0.1:1 | no such file or folder",
      })
  void aFailureIsOneLineAndStatus1(String words, String said) {
    int status = skep.run((Object[]) words.split(" ", -1));

    assertThat(skep.err()).startsWith("skep: ").containsOnlyOnce("\n").contains(said);
    assertThat(skep.out()).isEmpty();
    assertThat(status).isEqualTo(1);
  }

  @Test
  void theTrackerCanStandInTheEnvironment() {
    var skep =
        new Console(InputStream.nullInputStream(), Map.of("SKEP_TRACKER", "http://127.0.0.1:1/"));

    assertThat(skep.run("tracker", "list")).isEqualTo(1);
    assertThat(skep.err()).contains("http://127.0.0.1:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create",
        "info",
        "magnet",
        "verify",
        "seed",
        "get",
        "scrape",
        "swarm",
        "tracker",
        "tracker run",
        "tracker list",
        "tracker details",
        "tracker info",
        "tracker peers",
        "tracker publish",
        "tracker remove",
        "tracker stop"
      })
  void everyCommandHelpsWithAnExample(String command) {
    assertThat(skep.run((Object[]) (command + " --help").split(" ", -1))).isZero();
    assertThat(skep.out()).contains("Usage: skep " + command).contains("Example: skep " + command);
    assertThat(skep.err()).isEmpty();
  }

  @Test
  void theRootListsEveryCommandAndItsVersion() {
    assertThat(skep.run("--help")).isZero();
    assertThat(skep.out())
        .contains(
            "create", "info", "magnet", "verify", "seed", "get", "scrape", "tracker", "swarm",
            "shell")
        .contains("Exit status: 0 done, 1 failed, 2 wrong usage.");
    assertThat(skep.run("--version")).isZero();
    assertThat(skep.out()).startsWith("skep ");
  }

  @Test
  void helpIsACommandToo() {
    assertThat(skep.run("help")).isZero();
    assertThat(skep.out()).contains("Usage: skep ", "Exit status:");
    assertThat(skep.run("help", "tracker", "run")).isZero();
    assertThat(skep.out()).contains("Usage: skep tracker run");
    assertThat(skep.err()).isEmpty();
    assertThat(skep.run("help", "info", "--help")).isZero();
    assertThat(skep.run("help", "nothing", "--help")).isEqualTo(2);
    assertThat(skep.err()).contains("there is no command 'skep nothing'");
  }
}
