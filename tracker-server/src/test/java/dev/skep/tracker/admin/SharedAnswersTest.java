package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What is kept of answers that many get, and for how long. */
class SharedAnswersTest {
  private static final EntityTags TAG = new EntityTags("0123456789abcdef-7");
  private static final int MANY = 20_000;

  private final SharedAnswers answers = new SharedAnswers();

  private static SharedAnswers.Key key(String wanted) {
    return new SharedAnswers.Key(wanted, TAG);
  }

  private static SharedAnswer answer(int bytes) {
    return SharedAnswer.json(new byte[bytes]);
  }

  @Test
  void anAnswerIsFoundByItsQuestionAndItsTag() {
    SharedAnswer one = answer(10);
    answers.keep(key("/a?"), one);
    assertThat(answers.find(key("/a?"))).contains(one);
    assertThat(answers.find(key("/b?"))).isEmpty();
    assertThat(answers.find(new SharedAnswers.Key("/a?", new EntityTags("0123456789abcdef-8"))))
        .isEmpty();
  }

  @Test
  void whoAsksForMuchDoesNotPushOutWhatManyAskFor() {
    SharedAnswer small = answer(0);
    SharedAnswer large = answer(100_000);
    answers.keep(key("/popular?"), answer(1000));
    for (int i = 0; i < MANY; i++) {
      answers.keep(key("/once?" + i), i % 2 == 0 ? small : large);
      assertThat(answers.find(key("/popular?"))).as("after %d others", i).isPresent();
    }
    assertThat(answers.find(key("/once?0"))).isEmpty();
  }

  @Test
  void neitherManyNorLongAnswersTakeMoreThanThereIsRoomFor() {
    for (int bytes : new int[] {0, 1000, SharedAnswers.MOST_BYTES}) {
      SharedAnswer one = answer(bytes);
      for (int i = 0; i < MANY; i++) {
        answers.keep(key("/" + bytes + "?" + i), one);
      }
      long found = 0;
      for (int i = 0; i < MANY; i++) {
        found += answers.find(key("/" + bytes + "?" + i)).isPresent() ? 1 : 0;
      }
      assertThat(found * (1024 + bytes)).isBetween(1L, 2L << 20);
    }
  }

  @Test
  void anAnswerThatIsReplacedTakesNoRoom() {
    SharedAnswer other = answer(1000);
    answers.keep(key("/other?"), other);
    for (int i = 0; i < MANY; i++) {
      answers.keep(key("/same?"), answer(1000));
    }
    assertThat(answers.find(key("/other?"))).contains(other);
  }

  @Test
  void aBodyIsCompressedOnce() throws Exception {
    SharedAnswer one = SharedAnswer.json("{}".repeat(1000).getBytes(US_ASCII));
    try (var in = new GZIPInputStream(new ByteArrayInputStream(one.compressed()))) {
      assertThat(in.readAllBytes()).isEqualTo(one.body());
    }
    assertThat(one.compressed()).isSameAs(one.compressed()).hasSizeLessThan(one.body().length);
  }

  @Test
  void whatIsTooLongIsNotShared() throws Exception {
    byte[] most = new byte[SharedAnswers.MOST_BYTES];
    assertThat(SharedAnswer.bytes(out -> out.write(most))).isPresent();
    assertThat(
            SharedAnswer.bytes(
                out -> {
                  out.write(most);
                  out.write(1);
                }))
        .isEmpty();
  }
}
