package dev.skep.tracker;

import dev.skep.service.settings.BadSettingException;
import dev.skep.tracker.access.AccessRules;
import dev.skep.tracker.access.Rates;
import dev.skep.tracker.access.Readers;
import dev.skep.tracker.admin.CatalogueFront;
import dev.skep.tracker.admin.EventStreams;
import dev.skep.tracker.admin.RolloutRequests;
import dev.skep.tracker.admin.Sessions;
import dev.skep.tracker.admin.StopResource;
import dev.skep.tracker.admin.Uploads;
import dev.skep.tracker.admin.views.Availabilities;
import dev.skep.tracker.admin.views.Directory;
import dev.skep.tracker.admin.views.RolloutBooks;
import dev.skep.tracker.admin.views.SortedSwarms;
import dev.skep.tracker.admin.views.SwarmHistory;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.PathPrefix;
import dev.skep.tracker.announce.Proxies;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.Registrar;
import dev.skep.tracker.catalogue.Retention;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.http.FullScrape;
import dev.skep.tracker.http.TrackerRoutes;
import dev.skep.tracker.http.admission.Arrivals;
import dev.skep.tracker.http.admission.ConnectionGate;
import dev.skep.tracker.http.admission.GateProvider;
import dev.skep.tracker.http.admission.HttpTallies;
import dev.skep.tracker.http.admission.RequestTurns;
import dev.skep.tracker.http.admission.TlsKeys;
import dev.skep.tracker.observe.Vitals;
import dev.skep.tracker.rollout.Reporting;
import dev.skep.tracker.rollout.RolloutKeeping;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.web.DashboardParts;
import dev.skep.tracker.web.PageAssets;
import dev.skep.tracker.web.PageBoard;
import io.helidon.microprofile.server.ListenerOptions;
import io.helidon.microprofile.server.ServerCdiExtension;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Hands the tracker's parts to the server's components, and its routes to the server. */
@Dependent
final class Wiring {
  private static final int SECONDS_AT_ONCE = 5;

  private Wiring() {}

  @Produces
  @Singleton
  static Tracker tracker(Config config) throws BadSettingException, IOException {
    return Tracker.open(Configuration.settings(config));
  }

  static void close(@Disposes Tracker tracker) throws IOException {
    tracker.close();
  }

  /** Announces and scrapes do not pass through JAX-RS: that would cost several times as much. */
  static void addRoutes(
      @Observes
          @Priority(Interceptor.Priority.PLATFORM_BEFORE)
          @Initialized(ApplicationScoped.class)
          Object event,
      BeanManager beans,
      Tracker tracker,
      TrackerRoutes routes,
      Arrivals arrivals,
      CatalogueFront front,
      SwarmHistory history) {
    tracker.rounds().each(history::round);
    ServerCdiExtension server = beans.getExtension(ServerCdiExtension.class);
    ListenerOptions.connections(server, arrivals);
    ListenerOptions.withoutTls(server);
    routes.addTo(server.serverRoutingBuilder(), front, front::filterAgain);
    PageAssets.addTo(server.serverRoutingBuilder());
  }

  @Produces
  @Singleton
  static TrackerRoutes routes(Tracker tracker, HttpTallies tallies) {
    var http = tracker.roomSettings().http();
    var fullScrape = new FullScrape(tracker.swarms(), http, tracker.announces(), System::nanoTime);
    var turns = new RequestTurns(http.turns(), tallies);
    return new TrackerRoutes(tracker.announces(), http, fullScrape, turns, tracker.reporting());
  }

  /** Asked for by {@link GateProvider}. */
  @Produces
  @Singleton
  static ConnectionGate connectionGate(
      Tracker tracker, Arrivals arrivals, HttpTallies tallies, TrackerRoutes routes, Config config)
      throws IOException {
    return new ConnectionGate(
        tracker.roomSettings().http(),
        tracker.announces().counters(),
        arrivals,
        tallies,
        TlsKeys.front(config),
        routes);
  }

  @Produces
  @Singleton
  static HttpTallies httpTallies() {
    return new HttpTallies();
  }

  @Produces
  @Singleton
  static Arrivals arrivals(Tracker tracker) {
    return new Arrivals(
        tracker.announces().counters(), tracker.roomSettings().http().connections().behindProbe());
  }

  @Produces
  @Singleton
  static Directory directory(Tracker tracker, SortedSwarms sorted) {
    return new Directory(tracker.swarms(), tracker.catalogue(), tracker.announces(), sorted);
  }

  @Produces
  @Singleton
  static SortedSwarms sorted(Tracker tracker) {
    return new SortedSwarms(tracker.swarms(), System::nanoTime);
  }

  @Produces
  @Singleton
  static SwarmHistory history(Tracker tracker) {
    return new SwarmHistory(tracker.swarms(), tracker.catalogue(), System::nanoTime);
  }

  @Produces
  @Singleton
  static Sessions sessions() {
    return new Sessions(new SecureRandom(), System::nanoTime);
  }

  @Produces
  @Singleton
  static RolloutBooks books(Tracker tracker) {
    return new RolloutBooks(tracker.rollouts());
  }

  @Produces
  @Singleton
  static Availabilities availabilities(Tracker tracker) {
    return new Availabilities(tracker.swarms(), tracker.catalogue(), tracker.rollouts());
  }

  @Produces
  @Singleton
  static PageBoard pageBoard(
      Directory directory,
      Availabilities availabilities,
      RolloutBooks books,
      SwarmHistory history,
      Retention retention,
      @Liveness Instance<HealthCheck> live,
      @Readiness Instance<HealthCheck> ready) {
    return new PageBoard(
        new DashboardParts(
            directory,
            availabilities,
            books,
            history,
            retention.keep(),
            () -> Stream.concat(live.stream(), ready.stream()).map(HealthCheck::call).toList()));
  }

  /** Room for a burst, such as a page with all that it needs, or a script's first requests. */
  @Produces
  @Singleton
  static Readers readers(Tracker tracker) {
    int perSecond = tracker.settings().get(Keys.API_RATE);
    var rates =
        new Rates(
            Duration.ofSeconds(1).dividedBy(perSecond),
            Math.multiplyExact(SECONDS_AT_ONCE, perSecond),
            System::nanoTime);
    return new Readers(tracker.access(), tracker.administrators(), rates);
  }

  @Produces
  @Singleton
  static PathPrefix pathPrefix(Tracker tracker) {
    return tracker.roomSettings().http().prefix();
  }

  @Produces
  @Singleton
  static Proxies proxies(Tracker tracker) {
    var http = tracker.roomSettings().http();
    return new Proxies(http.trustedProxies(), http.proxyHeader());
  }

  @Produces
  @Singleton
  static CatalogueFront catalogueFront(Tracker tracker, Readers readers, Proxies proxies) {
    return new CatalogueFront(tracker.catalogue(), readers, proxies, tracker.reporting());
  }

  /** The answer goes out first: the server lets requests end before it closes. */
  @Produces
  @Dependent
  static StopResource.Stop stop() {
    return () -> Thread.ofPlatform().name("stop").start(() -> System.exit(0));
  }

  @Produces
  @Dependent
  static SwarmStore swarms(Tracker tracker) {
    return tracker.swarms();
  }

  @Produces
  @Dependent
  static Catalogue catalogue(Tracker tracker) {
    return tracker.catalogue();
  }

  @Produces
  @Dependent
  static AccessRules access(Tracker tracker) {
    return tracker.access();
  }

  @Produces
  @Dependent
  static AnnounceService announces(Tracker tracker) {
    return tracker.announces();
  }

  @Produces
  @Singleton
  static Vitals vitals(
      Tracker tracker,
      Readers readers,
      HttpTallies tallies,
      Arrivals arrivals,
      Uploads uploads,
      EventStreams streams,
      CatalogueFront front) {
    return new TrackerVitals(tracker, readers, tallies, arrivals, uploads, streams, front);
  }

  @Produces
  @Singleton
  static EventStreams streams(Tracker tracker) {
    return new EventStreams(tracker.roomSettings().streams());
  }

  @Produces
  @Dependent
  static Retention retention(Tracker tracker) {
    return tracker.retention();
  }

  @Produces
  @Dependent
  static Registrar registrar(Tracker tracker) {
    return tracker.registrar();
  }

  @Produces
  @Dependent
  static Rollouts rollouts(Tracker tracker) {
    return tracker.rollouts();
  }

  @Produces
  @Dependent
  static Reporting reporting(Tracker tracker) {
    return tracker.reporting();
  }

  @Produces
  @Dependent
  static RolloutKeeping keeping(Tracker tracker) {
    return tracker.keeping();
  }

  @Produces
  @Singleton
  static RolloutRequests rolloutRequests(Tracker tracker) {
    return new RolloutRequests(
        tracker.catalogue(),
        tracker.roomSettings().webhooks(),
        tracker.roomSettings().rollouts().zones().size());
  }

  @Produces
  @Singleton
  static Uploads uploads(Tracker tracker) {
    return new Uploads(tracker.roomSettings().room().uploadBytes());
  }
}
