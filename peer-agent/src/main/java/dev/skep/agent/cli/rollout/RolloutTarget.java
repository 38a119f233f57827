package dev.skep.agent.cli.rollout;

import dev.skep.agent.cli.console.WrongUsage;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whom a rollout is for, as people type it behind {@code --to}: {@code label=web}, {@code
 * host=a,b}, {@code network=10.1.0.0/16}, {@code zone=2}, {@code any=20}.
 *
 * @param anyOf that so many of them suffice
 */
public record RolloutTarget(
    List<String> labels,
    List<String> hosts,
    List<String> networks,
    List<Integer> zones,
    Optional<Integer> anyOf) {
  private static final String FORMS =
      "label=LABEL, host=NAME, network=10.1.0.0/16, zone=NUMBER or any=NUMBER";

  private static final int MOST_DIGITS = 9;

  /**
   * Reads what was typed.
   *
   * @throws WrongUsage naming what is none
   */
  public static RolloutTarget of(List<String> typed) throws WrongUsage {
    List<String> labels = new ArrayList<>();
    List<String> hosts = new ArrayList<>();
    List<String> networks = new ArrayList<>();
    List<Integer> zones = new ArrayList<>();
    Optional<Integer> anyOf = Optional.empty();
    for (String each : typed) {
      int at = each.indexOf('=');
      List<String> values = List.of(each.substring(at + 1).split(",", -1));
      if (at < 1 || values.contains("")) {
        throw wrong(each);
      }
      switch (each.substring(0, at)) {
        case "label" -> labels.addAll(values);
        case "host" -> hosts.addAll(values);
        case "network" -> networks.addAll(values);
        case "zone" -> {
          for (String value : values) {
            zones.add(number(each, value));
          }
        }
        case "any" -> anyOf = Optional.of(number(each, each.substring(at + 1)));
        default -> throw wrong(each);
      }
    }
    return new RolloutTarget(labels, hosts, networks, zones, anyOf);
  }

  private static int number(String typed, String digits) throws WrongUsage {
    if (!digits.matches("[1-9][0-9]{0," + (MOST_DIGITS - 1) + "}")) {
      throw wrong(typed);
    }
    return Integer.parseInt(digits);
  }

  private static WrongUsage wrong(String typed) {
    return new WrongUsage("--to " + typed + " says nobody; write " + FORMS);
  }

  /** Whether nobody is meant but all who carry the labels. */
  public boolean isLabelsOnly() {
    return hosts.isEmpty() && networks.isEmpty() && zones.isEmpty() && anyOf.isEmpty();
  }

  /** Its members in what a tracker is asked for. */
  public void addTo(JsonObjectBuilder wanted) {
    add(wanted, "labels", Json.createArrayBuilder(labels), labels);
    add(wanted, "hosts", Json.createArrayBuilder(hosts), hosts);
    add(wanted, "networks", Json.createArrayBuilder(networks), networks);
    add(wanted, "zones", Json.createArrayBuilder(zones), zones);
    anyOf.ifPresent(number -> wanted.add("anyOf", number));
  }

  private static void add(
      JsonObjectBuilder wanted, String name, JsonArrayBuilder array, List<?> values) {
    if (!values.isEmpty()) {
      wanted.add(name, array);
    }
  }
}
