package dev.skep.tracker;

import dev.skep.protocol.address.Cidr;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.Settings;
import dev.skep.tracker.access.AccessRules;
import dev.skep.tracker.announce.AnnounceSettings;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.http.admission.AnswerLimits;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.system.FileLimit;
import dev.skep.tracker.system.HeapLimit;
import java.util.List;

/** What the operator set, in the words of each room. */
record RoomSettings(
    SwarmLimits swarms,
    PeerPreference preference,
    AnnounceSettings announces,
    HttpSettings http,
    AccessRules.Settings access,
    Catalogue.Limits catalogue) {

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
    try {
      return new RoomSettings(
          swarms(settings, SwarmMemory.of(settings, heapBytes)),
          preference(settings),
          announces(settings),
          http(settings, heapBytes),
          new AccessRules.Settings(
              settings.get(Keys.OPEN_TO) == Keys.OpenTo.REGISTERED,
              settings.get(Keys.PASSKEY_REQUIRED)),
          new Catalogue.Limits(
              settings.get(Keys.MAX_REGISTERED),
              Math.toIntExact(settings.get(Keys.MAX_METAINFO_BYTES)),
              settings.get(Keys.MAX_CATALOGUE_BYTES)));
    } catch (IllegalArgumentException e) {
      throw new BadSettingException(String.valueOf(e.getMessage()));
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
      case NEAR ->
          new PeerPreference.Near(
              settings.get(Keys.ZONES).stream()
                  .map(zone -> blocks(List.of(zone.split(",", -1))))
                  .toList());
    };
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

  private static HttpSettings http(Settings settings, long heapBytes) {
    return new HttpSettings(
        blocks(settings.get(Keys.TRUSTED_PROXIES)),
        blocks(settings.get(Keys.MAY_STATE_ADDRESS)),
        settings.get(Keys.MAX_SCRAPED),
        settings.get(Keys.FULL_SCRAPE),
        settings.get(Keys.FULL_SCRAPE_INTERVAL),
        Math.min(
            FileLimit.connections(settings.get(Keys.MAX_CONNECTIONS)),
            HeapLimit.connections(heapBytes)),
        settings.get(Keys.MAX_CONNECTIONS_PER_ADDRESS),
        settings.get(Keys.PRIVATE_TIMES),
        blocks(settings.get(Keys.UNCOUNTED_CONNECTIONS)),
        settings.get(Keys.IDLE_TIMEOUT),
        answers(settings, heapBytes));
  }

  private static AnswerLimits answers(Settings settings, long heapBytes) {
    int requests = settings.get(Keys.MAX_REQUESTS);
    return new AnswerLimits(
        Math.min(settings.get(Keys.MAX_UNSENT_BYTES), HeapLimit.answerBytes(heapBytes)),
        settings.get(Keys.MAX_UNSENT_BYTES_PER_ADDRESS),
        settings.get(Keys.WRITE_TIMEOUT),
        settings.get(Keys.WRITE_RATE),
        requests == 0 ? AnswerLimits.DEFAULT.requests() : requests);
  }

  private static List<Cidr> blocks(List<String> texts) {
    return texts.stream().map(String::strip).map(Cidr::parse).toList();
  }
}
