package dev.skep.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.config.Followed.Drop;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @Test
  void wordsAreSplitAtBlanksOutsideOfQuotes() {
    assertThat(Words.of("a  'b c' d\"e f\"'' \"\"")).contains(List.of("a", "b c", "de f", ""));
    assertThat(Words.of("$HOME `id` a;b \\n")).contains(List.of("$HOME", "`id`", "a;b", "\\n"));
    assertThat(Words.of("")).contains(List.of());
    assertThat(Words.of("a 'b")).isEmpty();
  }

  @Test
  void severalFollowsStandInOneValue() {
    assertThat(
            Followed.ALL
                .reader()
                .apply(
                    "http://t:6969 label=web dir=/srv/web current=yes; https://u/x?passkey=12345678"
                        + " dir='/srv/a; b' label=db drop=data token=/etc/token;"))
        .contains(
            List.of(
                new Followed(
                    "http://t:6969", "web", Path.of("/srv/web"), Drop.NO, true, Optional.empty()),
                new Followed(
                    "https://u/x?passkey=12345678",
                    "db",
                    Path.of("/srv/a; b"),
                    Drop.DATA,
                    false,
                    Optional.of(Path.of("/etc/token")))));
    assertThat(Followed.ALL.reader().apply("")).contains(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://t:6969",
        "http://t:6969 label=web",
        "http://t:6969 dir=/srv",
        "http://t:6969 label=web dir=srv",
        "http://t:6969 label=a,b dir=/srv",
        "http://t:6969 label=-a dir=/srv",
        "http://t:6969 label=web dir=/srv drop=maybe",
        "http://t:6969 label=web dir=/srv current=true",
        "http://t:6969 label=web label=db dir=/srv",
        "http://t:6969 label=web dir=/srv folder=/srv",
        "udp://t:6969 label=web dir=/srv",
        "t:6969 label=web dir=/srv",
        "http://t label=web dir='/srv"
      })
  void whatIsNoFollowIsRefused(String text) {
    assertThat(Followed.ALL.reader().apply(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reload", "./reload {path}", "/bin/x {file}", "/bin/{name}", "/bin/x '"})
  void whatIsNoCommandIsRefused(String text) {
    assertThat(HookCommand.FORM.reader().apply(text)).isEmpty();
  }

  @Test
  void valuesStayWithinTheirArguments() {
    HookCommand command =
        HookCommand.FORM
            .reader()
            .apply("/bin/x -f {path} to={name}/{infohash}")
            .orElseThrow()
            .orElseThrow();
    assertThat(
            command.filled(
                Map.of("path", "/a b/{name}", "name", "$1 \\ {infohash}", "infohash", "00")))
        .contains(List.of("/bin/x", "-f", "/a b/{name}", "to=$1 \\ {infohash}/00"));
    HookCommand bare = new HookCommand(List.of("/bin/x", "{name}"));
    assertThat(bare.filled(Map.of("name", "-rf"))).isEmpty();
    assertThat(bare.filled(Map.of("name", "r-f"))).isPresent();
  }
}
