package dev.skep.tracker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private long nanos;
  private final Sessions sessions = new Sessions(new SecureRandom(), () -> nanos);

  @Test
  void aSessionGoesOnForEightHoursWhateverIsDoneWithIt() {
    Sessions.Begun begun = sessions.begin("token");
    for (int hour = 0; hour < 8; hour++) {
      assertThat(sessions.find(begun.id())).contains(begun.session());
      nanos += 3_600_000_000_000L;
    }
    assertThat(sessions.find(begun.id())).isEmpty();
  }

  @Test
  void aSessionEndsWhenItsOwnerSaysSoAndOthersGoOn() {
    Sessions.Begun one = sessions.begin("token");
    Sessions.Begun other = sessions.begin("token");
    sessions.end(one.session());
    assertThat(sessions.find(one.id())).isEmpty();
    assertThat(sessions.find(other.id())).isPresent();
    assertThat(sessions.find("")).isEmpty();
  }

  @Test
  void ofTooManyTheFirstEnds() {
    List<Sessions.Begun> all = new ArrayList<>();
    for (int i = 0; i <= Sessions.MOST; i++) {
      nanos++;
      all.add(sessions.begin("token"));
    }
    assertThat(sessions.find(all.getFirst().id())).isEmpty();
    assertThat(all.subList(1, all.size()))
        .allSatisfy(each -> assertThat(sessions.find(each.id())).isPresent());
  }

  @Test
  void whatAPageHasToSendIsKnownToItsOwnSessionOnly() {
    Sessions.Begun one = sessions.begin("token");
    Sessions.Begun other = sessions.begin("token");
    assertThat(one.session().isOwn(one.session().csrf())).isTrue();
    assertThat(one.session().isOwn(other.session().csrf())).isFalse();
    assertThat(one.session().isOwn(one.id())).isFalse();
    assertThat(one.session().isOwn(null)).isFalse();
    assertThat(one.session().isOwn("")).isFalse();
  }
}
