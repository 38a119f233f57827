package dev.skep.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrameTest {
  private static final Frame FIRST = new Frame(Map.of("1", "{\"n\":1}"));

  @Test
  void whoKnowsNothingIsToldEverything() {
    assertThat(FIRST.since(Frame.NONE))
        .contains("{\"all\":true,\"set\":{\"1\":{\"n\":1}},\"gone\":[]}");
  }

  @Test
  void whoKnowsAnEarlierOneIsToldWhatChanged() {
    Frame next = new Frame(Map.of("1", "{\"n\":1}", "2", "2"));
    assertThat(next.since(FIRST)).contains("{\"all\":false,\"set\":{\"2\":2},\"gone\":[]}");
    assertThat(FIRST.since(next)).contains("{\"all\":false,\"set\":{},\"gone\":[\"2\"]}");
  }

  @Test
  void nothingIsSaidWhereNothingChanged() {
    assertThat(new Frame(Map.of("1", "{\"n\":1}")).since(FIRST)).isEmpty();
    assertThat(Frame.NONE.since(Frame.NONE)).isEmpty();
  }

  @Test
  void aKeyIsNothingThatWouldHaveToBeQuoted() {
    for (String key : List.of("", "a\"b", "a\\", "a b", "a\n", "\u202e")) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Frame(Map.of(key, "1")));
    }
  }
}
