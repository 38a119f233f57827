package dev.skep.tracker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the admin token comes from, and what of it lies on the disk. */
class AdminTokenTest {
  @TempDir private Path folder;

  @Test
  void aTokenIsMadeOnceAndShownOnce() throws Exception {
    AdminToken.Found first = AdminToken.in(folder);
    String token = Files.readString(file()).strip();
    assertThat(first.news()).get().asString().contains(token).contains(file().toString());
    assertThat(first.token().is(token)).isTrue();
    assertThat(first.token().is(token + "x")).isFalse();
    assertThat(first.token().is("")).isFalse();

    AdminToken.Found again = AdminToken.in(folder);
    assertThat(again.news()).isEmpty();
    assertThat(again.token().is(token)).isTrue();
  }

  @Test
  void whoDeletesTheTokensFileHasItNowhereOnTheDiskAndItStillCounts() throws Exception {
    AdminToken.in(folder);
    String token = Files.readString(file()).strip();
    Files.delete(file());

    AdminToken.Found found = AdminToken.in(folder);
    assertThat(found.token().is(token)).isTrue();
    assertThat(found.news()).isEmpty();
    assertThat(file()).doesNotExist();
    try (var files = Files.list(folder)) {
      assertThat(files).allSatisfy(left -> assertThat(left).content().doesNotContain(token));
    }
  }

  @Test
  void aTokenThatSomebodyWroteThereCounts() throws Exception {
    AdminToken.in(folder);
    Files.writeString(file(), "a-token-of-my-own\n");
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(AdminToken.in(folder).token().is("a-token-of-my-own")).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    Files.delete(file());
    assertThat(AdminToken.in(folder).token().is("a-token-of-my-own")).isTrue();
  }

  @Test
  void whatIsNoTokenIsAnErrorThatSaysWhatToDo() throws Exception {
    for (String wrong :
        new String[] {"", "short", "two words are no good token", "x".repeat(257)}) {
      Files.writeString(file(), wrong);
      assertThatThrownBy(() -> AdminToken.in(folder))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file() + " holds no token (16 to 256 ")
          .hasMessageContaining("delete it");
    }
    Files.write(file(), new byte[] {(byte) 0xff, 0});
    assertThatThrownBy(() -> AdminToken.in(folder)).hasMessageContaining("it is no text");
    Files.delete(file());
    Files.writeString(folder.resolve("admin.token.sha256"), "abc");
    assertThatThrownBy(() -> AdminToken.in(folder)).hasMessageContaining("is damaged; delete it");
  }

  @Test
  void withoutAPlaceForItATokenHoldsUntilTheEnd() throws Exception {
    Path nowhere = folder.resolve("none");
    AdminToken.Found found = AdminToken.in(nowhere);
    assertThat(found.news())
        .get()
        .asString()
        .contains("it holds until this tracker ends: cannot write " + nowhere);
  }

  private Path file() {
    return folder.resolve(AdminToken.FILE);
  }
}
