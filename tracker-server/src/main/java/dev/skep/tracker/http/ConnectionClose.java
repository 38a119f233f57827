package dev.skep.tracker.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;

/**
 * Ends a connection after the answer to a request that said {@code Connection: close}.
 *
 * <p>The server promises that in its answer, but up to Helidon 4.5 it goes on waiting for another
 * request (helidon-io/helidon issue 12324): a client that reads to the end would wait too.
 */
final class ConnectionClose implements Filter {
  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    chain.proceed();
    ServerRequestHeaders headers = request.headers();
    if (headers.contains(HeaderValues.CONNECTION_CLOSE) // as nearly all say it who do
        || headers.all(HeaderNames.CONNECTION, List::of).stream()
            .anyMatch(ConnectionClose::saysClose)) {
      throw new End();
    }
  }

  private static boolean saysClose(String header) {
    for (String option : header.split(",", -1)) {
      if (option.strip().equalsIgnoreCase("close")) {
        return true;
      }
    }
    return false;
  }

  /** How a handler tells the server that a connection is over; no error, so without a trace. */
  private static final class End extends CloseConnectionException {
    private static final long serialVersionUID = 1;

    End() {
      super("the client asked for the connection's end");
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
