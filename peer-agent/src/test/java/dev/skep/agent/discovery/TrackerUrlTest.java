package dev.skep.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URLs as people have them. */
class TrackerUrlTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "http://my_tracker:6969/announce, my_tracker, 6969, /announce",
    "http://bücher.example/announce, xn--bcher-kva.example, 80, /announce",
    "https://tracker.example/announce?key=a|b c, tracker.example, 443, /announce?key=a%7Cb%20c",
    "http://h/ännounce?x=%41&y=%zz&z=%, h, 80, /%C3%A4nnounce?x=%41&y=%25zz&z=%25",
    "http://h/announce#part?x, h, 80, /announce",
    "http://h?x=1, h, 80, ?x=1",
    "HTTP://h:/a, h, 80, /a",
    "http://[::1]:6969/a, 0:0:0:0:0:0:0:1, 6969, /a",
    "http://[2001:db8::7]/a, 2001:db8:0:0:0:0:0:7, 80, /a",
    "udp://tracker_1:80, tracker_1, 80, ''",
    "' http://h/a ', h, 80, /a",
    "http://u:p@ss@h/a@b, h, 80, /a@b",
  })
  void areRead(String text, String host, int port, String target) throws Exception {
    TrackerUrl url = TrackerUrl.parse(text);

    assertThat(url.host()).isEqualTo(host);
    assertThat(url.port()).isEqualTo(port);
    assertThat(url.target()).isEqualTo(target);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ftp://h/a, begins with http",
    "announce, begins with http",
    "http://, it names no host",
    "http:///announce, it names no host",
    "http://a b/announce, its host is neither a name nor an address",
    "http://[zz]/announce, its host is neither a name nor an address",
    "http://a..b/announce, its host is neither a name nor an address",
    "http://h:99999/announce, its port is no number from 1 to 65535",
    "http://h:0/announce, its port is no number from 1 to 65535",
    "http://h:x/announce, its port is no number from 1 to 65535",
    "http://h:-1/announce, its port is no number from 1 to 65535",
    "udp://h, a udp URL needs a port",
  })
  void whatIsWrongIsTold(String text, String why) {
    assertThatThrownBy(() -> TrackerUrl.parse(text))
        .isInstanceOf(TrackerException.class)
        .hasMessageStartingWith("cannot ask tracker " + text + ": ")
        .hasMessageContaining(why);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "http://user:secret@h:1/a?b#c, http://h:1/a?b",
    "https://user:se/cret@h/a, https://h/a",
    "user:secret@h, h",
    "http://user:secret@/a, http:///a",
  })
  void aPasswordIsNeverShown(String text, String shown) {
    assertThat(TrackerUrl.shown(text)).isEqualTo(shown);
    try {
      assertThat(TrackerUrl.parse(text).toString()).doesNotContain("cret");
    } catch (TrackerException e) {
      assertThat(e).hasMessageNotContaining("cret");
    }
  }

  @Test
  void aPasswordMayHoldAnything() throws Exception {
    assertThat(TrackerUrl.parse("http://us%40er:p+a%C3%A4@h/a").basic())
        .isEqualTo(Optional.of("Basic dXNAZXI6cCthw6Q="));
  }

  @Test
  void nothingInItBreaksOutOfARequest() throws Exception {
    assertThat(TrackerUrl.parse("http://h/a\r\nX: y").requestTarget()).isEqualTo("/a%0D%0AX:%20y");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "http://other/x?y, other, /x?y",
    "//other:81/x, other, /x",
    "/x y#z, h, /x%20y",
    "x, h, /dir/x",
    "../x, h, /x",
    "?q=1, h, /dir/?q=1",
  })
  void aRedirectionLeads(String location, String host, String target) throws Exception {
    TrackerUrl there = TrackerUrl.parse("http://u:p@h/dir/announce?k=v").resolve(location);

    assertThat(there.host()).isEqualTo(host);
    assertThat(there.target()).isEqualTo(target);
    assertThat(there.credentials().isPresent()).isEqualTo(host.equals("h"));
  }
}
