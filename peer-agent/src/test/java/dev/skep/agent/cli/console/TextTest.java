package dev.skep.agent.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void aStrangersNameCannotSteerTheTerminal() {
    String name = "x\u001b[2J\u0007\r\n\u202egpj.exe grüße 日本";

    assertThat(Text.printable(name)).isEqualTo("x?[2J????gpj.exe grüße 日本");
    Table table = new Table("name");
    table.row(name);
    assertThat(table.lines()).containsExactly("name", "x?[2J????gpj.exe grüße 日本");
  }

  @Test
  void aLineThatIsTooLongIsCutVisibly() {
    assertThat(Text.fit("grüße", 5)).isEqualTo("grüße");
    assertThat(Text.fit("grüße", 4)).isEqualTo("grü…");
    assertThat(Text.fit("😀😀😀", 2)).isEqualTo("😀…");
    assertThat(Text.fit("grüße", 0)).isEmpty();
  }

  @Test
  void numbersInATableEndAtTheSameColumn() {
    var table = new Table("name", " size", "hash");
    table.row("a", "1 B", "ff");
    table.row("long name", "999 MiB", "ee");

    assertThat(table.lines())
        .isEqualTo(
            List.of(
                "name          size  hash", //
                "a              1 B  ff",
                "long name  999 MiB  ee"));
  }
}
