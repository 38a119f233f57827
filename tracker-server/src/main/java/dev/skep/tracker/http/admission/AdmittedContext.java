package dev.skep.tracker.http.admission;

import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * A connection as it is, but for where its bytes come from and go to, and whose it is.
 *
 * @param serverSocket what the bytes go through: the connection's own, or TLS on top of it
 * @param remoteAddress whose it is, though it may come through a load balancer
 * @param requestBytes where {@code dataReader} has its bytes from
 */
record AdmittedContext(
    ConnectionContext connection,
    HelidonSocket serverSocket,
    InetSocketAddress remoteAddress,
    RequestBytes requestBytes,
    RequestReader dataReader,
    AnswerWriter answerWriter)
    implements ConnectionContext {
  @Override
  public ListenerContext listenerContext() {
    return connection.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return connection.executor();
  }

  @Override
  public DataWriter dataWriter() {
    return answerWriter;
  }

  @Override
  public Router router() {
    return connection.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return connection.proxyProtocolData();
  }

  @Override
  public PeerInfo remotePeer() {
    PeerInfo other = serverSocket.remotePeer();
    return other.address().equals(remoteAddress) ? other : new Behind(other, remoteAddress);
  }

  @Override
  public PeerInfo localPeer() {
    return serverSocket.localPeer();
  }

  @Override
  public boolean isSecure() {
    return serverSocket.isSecure();
  }

  @Override
  public String socketId() {
    return connection.socketId();
  }

  @Override
  public String childSocketId() {
    return connection.childSocketId();
  }

  /** Who is behind a load balancer. */
  private record Behind(PeerInfo balancer, InetSocketAddress address) implements PeerInfo {
    @Override
    public String host() {
      return address.getHostString();
    }

    @Override
    public int port() {
      return address.getPort();
    }

    @Override
    public Optional<Principal> tlsPrincipal() {
      return balancer.tlsPrincipal();
    }

    @Override
    public Optional<Certificate[]> tlsCertificates() {
      return balancer.tlsCertificates();
    }
  }
}
