package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.RegisteredTorrent;
import dev.skep.tracker.catalogue.RegisteredTorrent.NamedPlace;
import dev.skep.tracker.catalogue.RegisteredTorrent.Place;
import dev.skep.tracker.rollout.RolloutPlan;
import dev.skep.tracker.webhook.WebhookRules;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.Response.Status;
import java.io.StringReader;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads what somebody wants for a rollout. What is wrong is told in one line. */
public final class RolloutRequests {
  /** Longest body. */
  static final int MOST_BYTES = 1 << 20;

  private static final int MOST_HOSTS = 10_000;
  private static final int MOST_SELECTORS = 16;
  private static final int MOST_WEBHOOKS = 5;
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final InfoHash FIRST_HASH = new InfoHash(0, 0, 0);
  private static final List<String> MEMBERS =
      List.of(
          "torrent",
          "hosts",
          "labels",
          "networks",
          "zones",
          "anyOf",
          "deadline",
          "done",
          "webhooks",
          "metrics");

  private final Catalogue catalogue;
  private final Optional<WebhookRules> webhooks;
  private final int zones;

  /**
   * @param webhooks whom they may call; empty for nobody
   * @param zones how many there are to choose from
   */
  public RolloutRequests(Catalogue catalogue, Optional<WebhookRules> webhooks, int zones) {
    this.catalogue = catalogue;
    this.webhooks = webhooks;
    this.zones = zones;
  }

  /** The plan that a body asks for. */
  RolloutPlan read(byte[] body) {
    JsonObject asked = object(body);
    var unknown = new TreeSet<>(asked.keySet());
    MEMBERS.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw Parameters.wrong(
          "a rollout has no '"
              + Parameters.shown(unknown.first())
              + "'; it has "
              + String.join(", ", MEMBERS));
    }
    return new RolloutPlan(
        torrent(text(asked, "torrent").orElseThrow(() -> Parameters.wrong("torrent is missing"))),
        target(asked),
        text(asked, "deadline").map(this::deadline),
        text(asked, "done").map(RolloutRequests::done).orElse(RolloutPlan.Done.VERIFIED),
        texts(asked, "webhooks", MOST_WEBHOOKS, _ -> true).stream().map(this::webhook).toList(),
        text(asked, "metrics").map(RolloutRequests::metrics));
  }

  private static JsonObject object(byte[] body) {
    try (JsonReader reader = Json.createReader(new StringReader(new String(body, UTF_8)))) {
      return reader.readObject();
    } catch (RuntimeException _) { // JsonException, but a nest that is too deep is told as that
      throw Parameters.wrong("the body is no JSON object");
    }
  }

  private RolloutPlan.Torrent torrent(String hashOrName) {
    RegisteredTorrent torrent =
        hash(hashOrName)
            .flatMap(catalogue::find)
            .or(() -> newest(hashOrName))
            .orElseThrow(
                () ->
                    Parameters.refused(
                        Status.NOT_FOUND,
                        "no torrent '" + Parameters.shown(hashOrName) + "' is registered"));
    return new RolloutPlan.Torrent(torrent.infoHash(), torrent.name(), torrent.totalBytes());
  }

  private static Optional<InfoHash> hash(String text) {
    try {
      return Optional.of(InfoHash.fromHex(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private Optional<RegisteredTorrent> newest(String name) {
    var before = new NamedPlace(name, new Place(Instant.MAX, FIRST_HASH));
    Iterator<RegisteredTorrent> each = catalogue.byName(Optional.of(before));
    return each.hasNext()
        ? Optional.of(each.next()).filter(torrent -> torrent.name().equals(name))
        : Optional.empty();
  }

  private RolloutPlan.Target target(JsonObject asked) {
    var target =
        new RolloutPlan.Target(
            texts(asked, "hosts", MOST_HOSTS, HostIdentity::isName),
            texts(asked, "labels", MOST_SELECTORS, HostIdentity::isName),
            texts(asked, "networks", MOST_SELECTORS, RolloutRequests::isNetwork),
            zones(asked),
            anyOf(asked.get("anyOf")));
    if (target.isAnybody() && target.anyOf().isEmpty()) {
      throw Parameters.wrong(
          "say which hosts: at least one of hosts, labels, networks, zones and anyOf");
    }
    if (!target.isOpen() && target.anyOf().orElse(0) > target.hosts().size()) {
      throw Parameters.wrong("anyOf is more than there are hosts");
    }
    return target;
  }

  private static boolean isNetwork(String text) {
    try {
      Cidr.parse(text);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private List<Integer> zones(JsonObject asked) {
    var numbers = new ArrayList<Integer>();
    for (JsonValue value : array(asked, "zones", MOST_SELECTORS)) {
      int number = whole(value).filter(zone -> zone <= zones).orElse(0);
      if (number == 0) {
        throw Parameters.wrong(
            "zones are numbers from 1 of skep.announce.zones, which has " + zones);
      }
      numbers.add(number);
    }
    return numbers;
  }

  private static OptionalInt anyOf(@Nullable JsonValue value) {
    if (value == null) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(
        whole(value)
            .filter(number -> number <= MOST_HOSTS)
            .orElseThrow(() -> Parameters.wrong("anyOf is a number from 1 to " + MOST_HOSTS)));
  }

  /** A whole number, at least 1. */
  private static Optional<Integer> whole(JsonValue value) {
    if (value instanceof JsonNumber number) {
      try {
        return Optional.of(number.intValueExact()).filter(exact -> exact > 0);
      } catch (ArithmeticException _) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Instant deadline(String text) {
    Instant now = catalogue.now();
    try {
      Instant deadline = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
      if (deadline.isAfter(now) && deadline.isBefore(now.plus(LONGEST))) {
        return deadline;
      }
    } catch (DateTimeException _) {
      // Told below.
    }
    throw Parameters.wrong(
        "deadline is a time such as 2026-11-30T10:22:30Z, later than now and within a year");
  }

  private static RolloutPlan.Done done(String text) {
    return RolloutPlan.Done.of(text)
        .orElseThrow(() -> Parameters.wrong("done is verified or hooked"));
  }

  private URI webhook(String text) {
    try {
      URI url = URI.create(text);
      if (webhooks.filter(rules -> rules.allows(url)).isPresent()) {
        return url;
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    throw Parameters.wrong(
        "a webhook is an HTTP URL of one of the hosts that skep.webhook.hosts names");
  }

  private static String metrics(String text) {
    if (!HostIdentity.isName(text)) {
      throw Parameters.wrong("metrics has 1 to 64 of the signs A-Z a-z 0-9 . _ -");
    }
    return text;
  }

  // ---- members of the object

  private static Optional<String> text(JsonObject asked, String member) {
    JsonValue value = asked.get(member);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof JsonString text) {
      return Optional.of(text.getString());
    }
    throw Parameters.wrong(member + " is a text");
  }

  private static JsonArray array(JsonObject asked, String member, int most) {
    JsonValue value = asked.getOrDefault(member, JsonValue.EMPTY_JSON_ARRAY);
    if (value instanceof JsonArray array && array.size() <= most) {
      return array;
    }
    throw Parameters.wrong(member + " is a list of at most " + most);
  }

  private static List<String> texts(
      JsonObject asked, String member, int most, Predicate<String> isRight) {
    var texts = new ArrayList<String>();
    for (JsonValue value : array(asked, member, most)) {
      if (!(value instanceof JsonString text) || !isRight.test(text.getString())) {
        throw Parameters.wrong(
            "'" + Parameters.shown(value.toString()) + "' cannot stand in " + member);
      }
      texts.add(text.getString());
    }
    return texts;
  }
}
