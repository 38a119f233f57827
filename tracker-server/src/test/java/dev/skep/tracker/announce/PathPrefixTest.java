package dev.skep.tracker.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPrefixTest {
  @ParameterizedTest
  @CsvSource({
    "/tracker, /",
    "/tracker/, /",
    "/tracker/announce, /announce",
    "/tracker/key/announce, /key/announce",
    "/announce, /announce",
    "/trackers/announce, /trackers/announce",
    "/x/tracker/announce, /x/tracker/announce",
    "/tracker/tracker/announce, /tracker/announce",
  })
  void aPathComesWithItOrWithoutIt(String path, String known) {
    assertThat(PathPrefix.parse("/tracker").behind(path)).isEqualTo(known);
    assertThat(PathPrefix.parse("/tracker/").behind(path)).isEqualTo(known);
  }

  @Test
  void withoutOneEveryPathIsAsItCame() {
    assertThat(PathPrefix.NONE.behind("/tracker/announce")).isEqualTo("/tracker/announce");
    assertThat(PathPrefix.parse("/")).isEqualTo(PathPrefix.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tracker", "/api", "/web/tracker", "//x", "/a/../b", "/.", "/a b", "/a?b", "/%61"})
  void whatCannotBeToldFromThePathsOfTheTrackerIsNone(String text) {
    assertThatThrownBy(() -> PathPrefix.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/tracker would be");
  }
}
