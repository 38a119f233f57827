package dev.skep.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import dev.skep.tracker.access.AccessLists;
import dev.skep.tracker.access.AccessRules;
import dev.skep.tracker.access.AdminToken;
import dev.skep.tracker.access.Administrators;
import dev.skep.tracker.access.AuditLog;
import dev.skep.tracker.access.ListFile;
import dev.skep.tracker.access.ListLines;
import dev.skep.tracker.access.Rates;
import dev.skep.tracker.admin.views.RolloutRow;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.Heartbeat;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.Registrar;
import dev.skep.tracker.catalogue.Retention;
import dev.skep.tracker.catalogue.WatchedFolders;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.persistence.Persistence;
import dev.skep.tracker.persistence.Restored;
import dev.skep.tracker.persistence.SavedAccess;
import dev.skep.tracker.persistence.Saver;
import dev.skep.tracker.rollout.Moment;
import dev.skep.tracker.rollout.Reporting;
import dev.skep.tracker.rollout.RolloutKeeping;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.system.Background;
import dev.skep.tracker.system.HangUp;
import dev.skep.tracker.system.Umask;
import dev.skep.tracker.udp.UdpServer;
import dev.skep.tracker.webhook.Webhooks;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;

/**
 * Everything of a tracker but its HTTP server: state restored from the data folder, the announce
 * path, its UDP front end, and the threads that save and keep time.
 *
 * @param newToken what the operator has to know of an admin token that was made just now
 * @param udp absent when switched off
 */
record Tracker(
    Settings settings,
    RoomSettings roomSettings,
    SwarmStore swarms,
    Catalogue catalogue,
    Retention retention,
    Registrar registrar,
    Optional<WatchedFolders> watched,
    Rollouts rollouts,
    Reporting reporting,
    RolloutKeeping keeping,
    Optional<Webhooks> webhooks,
    AccessRules access,
    Optional<ListFile> listFile,
    Administrators administrators,
    Optional<String> newToken,
    AnnounceService announces,
    Persistence persistence,
    Saver saver,
    Heartbeat heartbeat,
    RolloutRounds rounds,
    Optional<UdpServer> udp)
    implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Tracker.class.getName());

  /**
   * Takes the data folder, restores what it holds, and begins to save and to answer over UDP.
   *
   * @throws BadSettingException if settings do not fit together
   * @throws IOException if the folder or the port cannot be had; the message is one line for the
   *     operator
   */
  static Tracker open(Settings settings) throws BadSettingException, IOException {
    RoomSettings rooms = RoomSettings.of(settings);
    Background.lowerCompilers();
    Umask.ownerOnly();
    Persistence persistence =
        Background.start(
            () -> Persistence.open(settings.get(Keys.DATA_FOLDER), settings.get(Keys.START_LIMIT)));
    try {
      return open(settings, rooms, persistence);
    } catch (IOException | RuntimeException e) {
      persistence.close();
      throw e;
    }
  }

  private static Tracker open(Settings settings, RoomSettings rooms, Persistence persistence)
      throws IOException {
    InstantSource clock = InstantSource.system();
    AdminToken.Found adminToken = adminToken(settings);
    var swarms =
        new SwarmStore(rooms.swarms(), rooms.preference(), new SecureRandom(), System.nanoTime());
    var catalogue = new Catalogue(persistence, rooms.catalogue(), clock);
    var access =
        new AccessRules(
            rooms.access(),
            catalogue,
            (lists, confirmed) -> persistence.putAccess(new SavedAccess(lists, confirmed)),
            new AuditLog(settings.get(Keys.DATA_FOLDER), clock),
            clock);
    Restored restored = Background.start(() -> persistence.restore(swarms, clock.instant()));
    catalogue.restore(restored.torrents(), restored.history());
    var retention = new Retention(rooms.keep(), old -> swarms.unpin(old.infoHash()));
    retire(retention, catalogue);
    var registrar = new Registrar(catalogue, rooms.publicUrls(), retention, swarms::pin);
    AccessLists lists = lists(restored.access());
    access.restore(lists, restored.access().confirmed());
    renewAccess(persistence, restored.access(), lists);
    Optional<ListFile> listFile = listFile(settings, access);
    var announces =
        new AnnounceService(
            swarms, access, rooms.announces(), new TrackerCounters(), System.nanoTime());
    var rollouts = new Rollouts(rooms.rollouts(), () -> moment(clock));
    rollouts.restore(restored.rollouts(), restored.hosts());
    var keeping = new RolloutKeeping(rollouts, persistence, rooms.keeping(), new SecureRandom());
    Optional<Webhooks> webhooks =
        rooms
            .webhooks()
            .map(rules -> new Webhooks(rollouts, rules, RolloutRow::webhook, () -> moment(clock)));
    return new Tracker(
        settings,
        rooms,
        swarms,
        catalogue,
        retention,
        registrar,
        WatchedFolders.open(registrar, rooms.watched()),
        rollouts,
        new Reporting(rollouts, catalogue),
        keeping,
        webhooks,
        access,
        listFile,
        administrators(adminToken.token(), access, settings.get(Keys.ADMIN_ATTEMPTS)),
        adminToken.news(),
        announces,
        persistence,
        Background.start(
            () -> Saver.start(persistence, swarms, settings.get(Keys.SAVE_INTERVAL), clock)),
        Background.start(() -> Heartbeat.start(swarms, announces)),
        Background.start(() -> RolloutRounds.start(rollouts, keeping, webhooks)),
        settings.get(Keys.UDP) ? Optional.of(udp(settings, announces)) : Optional.empty());
  }

  private static Moment moment(InstantSource clock) {
    return new Moment(clock.instant().truncatedTo(ChronoUnit.MILLIS), System.nanoTime());
  }

  /** There may be less to keep than at the last start. */
  private static void retire(Retention retention, Catalogue catalogue) {
    try {
      retention.apply(catalogue);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "what is too old of the catalogue stays: " + e.getMessage());
    }
    long removed = retention.retired().sum();
    if (removed > 0) {
      LOG.log(
          Level.INFO,
          "removed from the catalogue, as "
              + Keys.CATALOGUE_KEEP.name()
              + " says: "
              + removed
              + " torrents");
    }
  }

  private static AccessLists lists(SavedAccess saved) throws IOException {
    try {
      return ListLines.readSaved(new String(saved.lists(), UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IOException("the saved access lists are another version's: " + e.getMessage(), e);
    }
  }

  /** What an older tracker saved has passkeys in it; from now on only their hashes are there. */
  private static void renewAccess(Persistence persistence, SavedAccess saved, AccessLists lists) {
    byte[] now = ListLines.write(lists).getBytes(UTF_8);
    if (!Arrays.equals(now, saved.lists())) {
      try {
        persistence.putAccess(new SavedAccess(now, saved.confirmed()));
      } catch (IOException e) {
        LOG.log(Level.WARNING, "passkeys stay readable in the data folder: {0}", e.getMessage());
      }
    }
  }

  /** The operator's file, if there is one; then SIGHUP reads it and no longer ends the tracker. */
  private static Optional<ListFile> listFile(Settings settings, AccessRules access)
      throws IOException {
    Optional<Path> file = settings.get(Keys.ACCESS_FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    ListFile followed = ListFile.follow(file.get(), access);
    boolean _ = HangUp.does(followed::read);
    return Optional.of(followed);
  }

  private static UdpServer udp(Settings settings, AnnounceService announces) throws IOException {
    InetAddress bind = InetAddress.getByName(settings.get(Keys.BIND));
    return UdpServer.start(
        // The server takes 0.0.0.0 at its word, but to the operator it means both families.
        bind.isAnyLocalAddress() ? InetAddress.ofLiteral("::") : bind,
        settings.get(Keys.UDP_PORT),
        settings.get(Keys.UDP_THREADS),
        settings.get(Keys.UDP_BATCHES) ? UdpServer.Transport.BEST : UdpServer.Transport.CHANNEL,
        announces);
  }

  /** The token that was set, else that of the data folder. */
  private static AdminToken.Found adminToken(Settings settings) throws IOException {
    Optional<String> set = settings.get(Keys.ADMIN_TOKEN);
    return set.isPresent()
        ? new AdminToken.Found(AdminToken.of(set.get()), Optional.empty())
        : AdminToken.in(settings.get(Keys.DATA_FOLDER));
  }

  private static Administrators administrators(AdminToken token, AccessRules access, int attempts) {
    Duration between = Duration.ofMinutes(1).dividedBy(attempts);
    return new Administrators(token, access, new Rates(between, attempts, System::nanoTime));
  }

  /** Stops answering over UDP, saves what changed last, and lets the data folder go. */
  @Override
  public void close() throws IOException {
    udp.ifPresent(UdpServer::close);
    listFile.ifPresent(ListFile::close);
    watched.ifPresent(WatchedFolders::close);
    heartbeat.close();
    rounds.close();
    saver.close();
    persistence.close();
  }
}
