package dev.skep.tracker.http.admission;

import io.helidon.webserver.ProtocolConfigs;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.helidon.webserver.spi.ServerConnectionSelectorProvider;
import jakarta.enterprise.inject.spi.CDI;

/** Hands the tracker's {@link ConnectionGate} to the server, which looks for one of these. */
public final class GateProvider implements ServerConnectionSelectorProvider<GateProtocol> {
  /** For the server's service loader. */
  public GateProvider() {}

  @Override
  public Class<GateProtocol> protocolConfigType() {
    return GateProtocol.class;
  }

  @Override
  public String protocolType() {
    return GateProtocol.TYPE;
  }

  @Override
  public ServerConnectionSelector create(
      String listenerName, GateProtocol config, ProtocolConfigs configs) {
    return CDI.current().select(ConnectionGate.class).get();
  }
}
