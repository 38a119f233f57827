package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.microprofile.testing.junit5.HelidonTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.client.WebTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@HelidonTest
class TrackerMainTest {
  @Inject private WebTarget server;

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/health/live", "/health/ready", "/health/started"})
  void healthIsUp(String path) {
    assertThat(server.path(path).request().get(String.class)).contains("UP");
  }

  @Test
  void metricsAreServed() {
    assertThat(server.path("/metrics").request().get(String.class)).contains("# TYPE");
  }
}
