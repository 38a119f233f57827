package dev.skep.benchmarks.tracker;

import dev.skep.tracker.announce.Access;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.AnnounceSettings;
import dev.skep.tracker.announce.HostReports;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.http.FullScrape;
import dev.skep.tracker.http.TrackerRoutes;
import dev.skep.tracker.http.admission.Arrivals;
import dev.skep.tracker.http.admission.ConnectionGate;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.HttpTallies;
import dev.skep.tracker.http.admission.RequestTurns;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.udp.UdpServer;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Filter;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The announce path and both front ends without the rest of the tracker: what a change of them
 * costs. Arguments: port, sockets, BEST or CHANNEL.
 */
public final class BareTracker {
  private static final Filter NOTHING_FIRST = (chain, _, _) -> chain.proceed();

  private BareTracker() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int port = Integer.parseInt(arguments[0]);
    int sockets = Integer.parseInt(arguments[1]);
    UdpServer.Transport transport = UdpServer.Transport.valueOf(arguments[2]);
    long start = System.nanoTime();
    SwarmStore swarms =
        new SwarmStore(
            SwarmLimits.DEFAULT, new PeerPreference.Uniform(), new SecureRandom(), start);
    TrackerCounters counters = new TrackerCounters();
    AnnounceService service =
        new AnnounceService(swarms, Access.OPEN, AnnounceSettings.DEFAULT, counters, start);
    HttpSettings http = HttpSettings.DEFAULT;
    Arrivals arrivals = new Arrivals(counters, http.connections().behindProbe());
    HttpTallies load = new HttpTallies();
    RequestTurns turns = new RequestTurns(http.turns(), load);
    FullScrape fullScrape = new FullScrape(swarms, http, service, System::nanoTime);
    var routes = new TrackerRoutes(service, http, fullScrape, turns, HostReports.NONE);
    WebServer.builder()
        .port(port)
        .featuresDiscoverServices(false)
        .protocolsDiscoverServices(false)
        .connectionOptions(arrivals)
        .addConnectionSelector(
            new ConnectionGate(http, counters, arrivals, load, Optional.empty(), routes))
        .routing(rules -> routes.addTo(rules, NOTHING_FIRST, NOTHING_FIRST))
        .build()
        .start();
    UdpServer udp = UdpServer.start(InetAddress.ofLiteral("::"), port, sockets, transport, service);
    System.err.println("ready on port " + port);
    while (udp.isRunning()) {
      Thread.sleep(1000);
      swarms.advance(System.nanoTime());
      service.advance(System.nanoTime());
      boolean done = false;
      while (!done) {
        done = swarms.sweep().toTheEnd();
      }
    }
  }
}
