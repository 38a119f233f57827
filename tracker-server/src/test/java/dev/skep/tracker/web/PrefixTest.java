package dev.skep.tracker.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.service.web.Pages;
import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.client.WebTarget;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tracker that a proxy shows under a path of its own. */
@HelidonTest
@AddConfig(key = "skep.data.folder", value = "target/test-data/prefix")
@AddConfig(key = "skep.http.prefix", value = "/some/tracker")
class PrefixTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @Inject private WebTarget server;

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getUri().getPort() + path);
    return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/some/tracker", "/some/tracker/", "/some/tracker/stats", "/"})
  void thePageNamesEverythingUnderIt(String path) throws Exception {
    HttpResponse<String> page = get(path);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("src=\"/some/tracker/page/tracker.js\"")
        .contains("/some/tracker/announce")
        .contains(Pages.importMap("/some/tracker"))
        .doesNotContainPattern("(src|href)=\"/(?!some/tracker/)");
    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .contains(Pages.policy("/some/tracker"));
  }

  @Test
  void everythingIsThereWithItAndWithoutIt() throws Exception {
    for (String path :
        new String[] {
          "/page/api.js", "/web/skep/skep.css", "/api/v1/stats", "/health", "/metrics"
        }) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(200);
      assertThat(get("/some/tracker" + path).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(get("/some/other/health").statusCode()).isEqualTo(404);
  }
}
