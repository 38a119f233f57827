package dev.skep.protocol.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.tracker.HostReport.State;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What hosts tell of themselves, and what others tell in their place. */
class HostReportTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final HostIdentity HOST =
      new HostIdentity("web1.lan", ID, List.of("web", "stable"));

  @Test
  void aReportIsAFewParametersOfAnAnnounce() throws Exception {
    var report = new HostReport(HOST, State.FAILED, Optional.of("no space: 3 GiB"));
    assertThat(report.toQuery())
        .isEqualTo(
            "skep_host=web1.lan&skep_id="
                + ID
                + "&skep_labels=stable,web&skep_state=failed&skep_reason=no%20space%3A%203%20GiB");
    assertThat(HostReport.in("info_hash=x&" + report.toQuery() + "&left=0")).contains(report);
    assertThat(HostIdentity.in(report.toQuery())).contains(HOST);
  }

  @Test
  void whoSaysNothingOfItselfReportsNothing() throws Exception {
    assertThat(HostReport.in("info_hash=x&key=1&skep_state=failed")).isEmpty();
    assertThat(HostIdentity.in("label=web")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "skep_host=",
        "skep_host=web1",
        "skep_host=web1&skep_state=verified",
        "skep_host=web1&skep_id=" + ID,
        "skep_host=web1&skep_id=" + ID + "&skep_state=done",
        "skep_host=web1&skep_id=0123&skep_state=verified",
        "skep_host=-web1&skep_id=" + ID + "&skep_state=verified",
        "skep_host=we%0ab&skep_id=" + ID + "&skep_state=verified",
        "skep_host=%e2%80%aeweb&skep_id=" + ID + "&skep_state=verified",
        "skep_host=<b>&skep_id=" + ID + "&skep_state=verified",
        "skep_host=web1&skep_id=0123456789ABCDEF0123456789ABCDEF&skep_state=verified",
        "skep_host=web1&skep_id=" + ID + "&skep_state=verified&skep_labels=a,,b",
        "skep_host=web1&skep_id=" + ID + "&skep_state=verified&skep_labels=a%20b",
        "skep_host=web1&skep_id=" + ID + "&skep_state=verified&skep_reason=%zz",
        "skep_host=web1&skep_id=" + ID + "&skep_state=fetching&skep_pieces=no+map",
        "skep_host=web1&skep_id="
            + ID
            + "&skep_state=verified&skep_labels=1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h",
      })
  void whatIsNoReportIsRefused(String query) {
    assertThatThrownBy(() -> HostReport.in(query))
        .isInstanceOf(TrackerProtocolException.class)
        .message()
        .isNotBlank()
        .doesNotContain(ID);
  }

  @Test
  void nothingEndlessIsRead() {
    String host = "skep_host=web1&skep_id=" + ID + "&skep_state=verified";
    for (String endless :
        List.of(
            "skep_host=" + "a".repeat(65),
            host + "&skep_labels=" + String.join(",", Collections.nCopies(2000, "a")),
            host + "&skep_reason=" + "a".repeat(1025),
            host + "&skep_pieces=" + "A".repeat(401))) {
      assertThatThrownBy(() -> HostReport.in(endless)).isInstanceOf(TrackerProtocolException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'no\nspace', no\ufffdspace",
    "'\u001b[2Jgone', '\ufffd[2Jgone'",
    "'a\u202eb\u2066c', 'a\ufffdb\ufffdc'",
    "'\u0000', '\ufffd'",
    "'a\ud800', 'a\ufffd'",
    "<script>, <script>",
  })
  void aReasonIsPlainText(String said, String shown) {
    assertThat(new HostReport(HOST, State.FAILED, Optional.of(said)).reason()).contains(shown);
  }

  @Test
  void aReasonIsCutBetweenItsCharacters() {
    for (String sign : List.of("a", "ü", "漢", "\ud83d\udc1d")) {
      String reason =
          new HostReport(HOST, State.FAILED, Optional.of(sign.repeat(200))).reason().orElseThrow();
      assertThat(reason.getBytes(UTF_8)).hasSize(120);
      assertThat(reason).isEqualTo(sign.repeat(120 / sign.getBytes(UTF_8).length));
    }
    assertThat(new HostReport(HOST, State.FAILED, Optional.of(" ")).reason()).isEmpty();
  }

  @Test
  void theSecretIsNotShown() {
    assertThat(new HostReport(HOST, State.FETCHING, Optional.empty()).toString())
        .contains("web1.lan")
        .doesNotContain(ID);
  }
}
