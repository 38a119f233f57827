package dev.skep.tracker.http.admission;

import io.helidon.common.config.Config;
import io.helidon.webserver.spi.ProtocolConfig;
import io.helidon.webserver.spi.ProtocolConfigProvider;

/**
 * Tells the server that there is a protocol beside its own: HTTP/1.1 through our gate. It has
 * nothing to configure here.
 */
public record GateProtocol(String name) implements ProtocolConfig {
  static final String TYPE = "skep";

  @Override
  public String type() {
    return TYPE;
  }

  /** Found by the server's service loader. */
  public static final class Provider implements ProtocolConfigProvider<GateProtocol> {
    /** For the server's service loader. */
    public Provider() {}

    @Override
    public String configKey() {
      return TYPE;
    }

    @Override
    @SuppressWarnings("removal") // the interface has it so
    public GateProtocol create(Config config, String name) {
      return new GateProtocol(name);
    }
  }
}
