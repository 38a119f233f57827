package dev.skep.tracker;

import dev.skep.protocol.address.Cidr;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.Settings;
import dev.skep.tracker.access.Mode;
import dev.skep.tracker.admin.EventStreams;
import dev.skep.tracker.announce.AnnounceSettings;
import dev.skep.tracker.announce.PathPrefix;
import dev.skep.tracker.announce.Proxies;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.PublicUrls;
import dev.skep.tracker.catalogue.Publication;
import dev.skep.tracker.catalogue.WatchedFolders;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.http.admission.AnswerLimits;
import dev.skep.tracker.http.admission.ConnectionLimits;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.TurnLimits;
import dev.skep.tracker.rollout.RolloutKeeping;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.system.FileLimit;
import dev.skep.tracker.webhook.WebhookRules;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the operator set, in the words of each room. */
record RoomSettings(
    SwarmLimits swarms,
    PeerPreference preference,
    AnnounceSettings announces,
    HttpSettings http,
    HttpRoom room,
    RolloutRoom rolloutRoom,
    Mode access,
    Catalogue.Limits catalogue,
    Map<String, Integer> keep,
    List<WatchedFolders.Watched> watched,
    PublicUrls publicUrls,
    EventStreams.Limits streams,
    Rollouts.Settings rollouts,
    RolloutKeeping.Settings keeping,
    Optional<WebhookRules> webhooks) {

  private static final int REPORTS_WITHIN_PATIENCE = 3;
  private static final int SHORTEST_SECRET = 16;
  private static final int LONGEST_SECRET = 256;
  private static final Pattern KEEP = Pattern.compile("(\\S+?)\\s*=\\s*([1-9]\\d{0,5})");

  /**
   * @throws BadSettingException if settings are each right but do not fit together
   */
  static RoomSettings of(Settings settings) throws BadSettingException {
    return of(settings, Runtime.getRuntime().maxMemory());
  }

  /**
   * @param heapBytes the largest that the heap may become
   */
  static RoomSettings of(Settings settings, long heapBytes) throws BadSettingException {
    inOrder(settings, Keys.MIN_INTERVAL, Keys.INTERVAL);
    inOrder(settings, Keys.INTERVAL, Keys.MAX_INTERVAL);
    inOrder(settings, Keys.MAX_INTERVAL, Keys.PEER_TIMEOUT);
    inOrder(settings, Keys.NUMWANT, Keys.MAX_NUMWANT);
    checkPatience(settings);
    HttpRoom room = HttpRoom.of(settings, heapBytes, FileLimit.connections());
    RolloutRoom rolloutRoom = RolloutRoom.of(settings, heapBytes);
    try {
      return new RoomSettings(
          swarms(settings, SwarmMemory.of(settings, heapBytes)),
          preference(settings),
          announces(settings),
          http(settings, room),
          room,
          rolloutRoom,
          Mode.of(
              settings.get(Keys.OPEN_TO) == Keys.OpenTo.REGISTERED,
              settings.get(Keys.PASSKEY_REQUIRED)),
          new Catalogue.Limits(
              settings.get(Keys.MAX_REGISTERED),
              Math.toIntExact(settings.get(Keys.MAX_METAINFO_BYTES)),
              settings.get(Keys.MAX_CATALOGUE_BYTES)),
          keep(settings.get(Keys.CATALOGUE_KEEP)),
          watched(settings.get(Keys.CATALOGUE_WATCH)),
          PublicUrls.parse(settings.get(Keys.PUBLIC_URLS)),
          new EventStreams.Limits(
              settings.get(Keys.MAX_STREAMS),
              settings.get(Keys.MAX_STREAMS_PER_ADDRESS),
              settings.get(Keys.PRIVATE_TIMES),
              turns(settings).requests()),
          rollouts(settings, rolloutRoom),
          new RolloutKeeping.Settings(
              settings.get(Keys.MAX_ROLLOUTS),
              settings.get(Keys.ROLLOUT_HISTORY),
              settings.get(Keys.FORGET_HOSTS)),
          webhooks(settings));
    } catch (IllegalArgumentException e) {
      throw new BadSettingException(String.valueOf(e.getMessage()));
    }
  }

  /** What there is less room for than usual, for the operator; in one line. */
  Optional<String> lowered() {
    return Stream.of(room.lowered(), rolloutRoom.lowered())
        .flatMap(Optional::stream)
        .reduce((one, other) -> one + ", " + other);
  }

  private static void checkPatience(Settings settings) throws BadSettingException {
    Duration least = settings.get(Keys.ROLLOUT_INTERVAL).multipliedBy(REPORTS_WITHIN_PATIENCE);
    if (settings.get(Keys.ROLLOUT_PATIENCE).compareTo(least) < 0) {
      throw new BadSettingException(
          Keys.ROLLOUT_PATIENCE.name()
              + " must be at least three times "
              + Keys.ROLLOUT_INTERVAL.name());
    }
  }

  private static Rollouts.Settings rollouts(Settings settings, RolloutRoom room) {
    return new Rollouts.Settings(
        settings.get(Keys.ROLLOUT_INTERVAL),
        settings.get(Keys.ROLLOUT_PATIENCE),
        blocks(settings.get(Keys.REPORTS_FROM)),
        zones(settings),
        new Rollouts.Limits(
            room.rows(),
            settings.get(Keys.MAX_HOSTS),
            room.hostBytes(),
            settings.get(Keys.MAX_HOSTS_PER_ADDRESS),
            settings.get(Keys.PRIVATE_TIMES)));
  }

  private static Optional<WebhookRules> webhooks(Settings settings) {
    List<String> hosts = settings.get(Keys.WEBHOOK_HOSTS);
    if (hosts.isEmpty()) {
      return Optional.empty();
    }
    String secret =
        settings
            .get(Keys.WEBHOOK_SECRET)
            .filter(text -> text.length() >= SHORTEST_SECRET && text.length() <= LONGEST_SECRET)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s needs %s, %d to %d characters that receivers know, too"
                            .formatted(
                                Keys.WEBHOOK_HOSTS.name(),
                                Keys.WEBHOOK_SECRET.name(),
                                SHORTEST_SECRET,
                                LONGEST_SECRET)));
    return Optional.of(WebhookRules.parse(hosts, secret));
  }

  private static Map<String, Integer> keep(List<String> rules) {
    var keep = new HashMap<String, Integer>();
    for (String rule : rules) {
      Matcher parts = KEEP.matcher(rule);
      if (!parts.matches() || !Publication.isLabel(parts.group(1))) {
        throw new IllegalArgumentException(
            Keys.CATALOGUE_KEEP.name() + ": '" + rule + "' is not LABEL=NUMBER, such as web=3");
      }
      keep.put(parts.group(1), Integer.valueOf(parts.group(2)));
    }
    return Map.copyOf(keep);
  }

  private static List<WatchedFolders.Watched> watched(List<String> folders) {
    try {
      return folders.stream().map(WatchedFolders.Watched::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Keys.CATALOGUE_WATCH.name() + ": " + e.getMessage(), e);
    }
  }

  private static <T extends Comparable<T>> void inOrder(Settings settings, Key<T> low, Key<T> high)
      throws BadSettingException {
    if (settings.get(low).compareTo(settings.get(high)) > 0) {
      throw new BadSettingException(low.name() + " must not be more than " + high.name());
    }
  }

  private static SwarmLimits swarms(Settings settings, SwarmMemory memory) {
    return new SwarmLimits(
        memory.torrents(),
        settings.get(Keys.MAX_PEERS_PER_TORRENT),
        memory.peers(),
        settings.get(Keys.PEER_TIMEOUT),
        settings.get(Keys.KEEP_PEER_IDS),
        memory.bytes(),
        new SwarmLimits.PerAddress(
            settings.get(Keys.NEW_TORRENTS_PER_ADDRESS),
            settings.get(Keys.PORTS_PER_ADDRESS),
            settings.get(Keys.COMPLETED_PER_ADDRESS),
            settings.get(Keys.PRIVATE_TIMES)),
        0);
  }

  private static PeerPreference preference(Settings settings) {
    return switch (settings.get(Keys.SELECTION)) {
      case UNIFORM -> new PeerPreference.Uniform();
      case UPLOADERS -> new PeerPreference.Uploaders();
      case NEAR -> new PeerPreference.Near(zones(settings));
    };
  }

  private static List<List<Cidr>> zones(Settings settings) {
    return settings.get(Keys.ZONES).stream()
        .map(zone -> blocks(List.of(zone.split(",", -1))))
        .toList();
  }

  private static AnnounceSettings announces(Settings settings) {
    return new AnnounceSettings(
        settings.get(Keys.INTERVAL),
        settings.get(Keys.MIN_INTERVAL),
        settings.get(Keys.MAX_INTERVAL),
        settings.get(Keys.STRETCH_ABOVE),
        settings.get(Keys.NUMWANT),
        settings.get(Keys.MAX_NUMWANT));
  }

  private static HttpSettings http(Settings settings, HttpRoom room) {
    return new HttpSettings(
        blocks(settings.get(Keys.TRUSTED_PROXIES)),
        switch (settings.get(Keys.PROXY_HEADER)) {
          case X_FORWARDED_FOR -> Proxies.Header.X_FORWARDED_FOR;
          case FORWARDED -> Proxies.Header.FORWARDED;
        },
        blocks(settings.get(Keys.BALANCERS)),
        blocks(settings.get(Keys.MAY_STATE_ADDRESS)),
        settings.get(Keys.PATH_PREFIX).map(PathPrefix::parse).orElse(PathPrefix.NONE),
        settings.get(Keys.MAX_SCRAPED),
        settings.get(Keys.FULL_SCRAPE),
        settings.get(Keys.FULL_SCRAPE_INTERVAL),
        new ConnectionLimits(
            room.connections(),
            settings.get(Keys.MAX_CONNECTIONS_PER_ADDRESS),
            settings.get(Keys.PRIVATE_TIMES),
            blocks(settings.get(Keys.UNCOUNTED_CONNECTIONS)),
            settings.get(Keys.MAX_ARRIVALS),
            settings.get(Keys.IDLE_TIMEOUT),
            settings.get(Keys.READ_RATE)),
        new AnswerLimits(
            room.answerBytes(),
            settings.get(Keys.MAX_UNSENT_BYTES_PER_ADDRESS),
            settings.get(Keys.WRITE_TIMEOUT),
            settings.get(Keys.WRITE_RATE)),
        turns(settings));
  }

  private static TurnLimits turns(Settings settings) {
    int requests = settings.get(Keys.MAX_REQUESTS);
    return new TurnLimits(
        requests == 0 ? TurnLimits.DEFAULT.requests() : requests,
        settings.get(Keys.MAX_WAITING),
        settings.get(Keys.MAX_WAITING_PER_ADDRESS));
  }

  private static List<Cidr> blocks(List<String> texts) {
    return texts.stream().map(String::strip).map(Cidr::parse).toList();
  }
}
