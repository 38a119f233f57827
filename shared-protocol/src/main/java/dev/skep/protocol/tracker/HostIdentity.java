package dev.skep.protocol.tracker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who an agent is, as it tells trackers that it is configured with and nobody else: in parameters
 * of an announce over HTTP, or of a request for the catalogue, that other trackers ignore.
 *
 * @param name 1 to 64 of the signs {@code A-Z a-z 0-9 . _ -}, the first a letter or digit
 * @param id the agent's secret, 32 lower-case hexadecimal digits: a name belongs to who used it
 *     first, and this tells who that is
 * @param labels what the machine belongs to, each written as a name is; at most {@value
 *     #MOST_LABELS}
 */
public record HostIdentity(String name, String id, List<String> labels) {
  /** Most labels of a host. */
  public static final int MOST_LABELS = 16;

  /** What no query without an identity holds. */
  private static final String MARK = "skep_host=";

  private static final int MOST_CHARACTERS = 64;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  public HostIdentity {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a host's name has 1 to 64 of the signs A-Z a-z 0-9 . _ - and begins with a letter or"
              + " digit");
    }
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("a host's id is 32 lower-case hexadecimal digits");
    }
    if (labels.size() > MOST_LABELS || !labels.stream().allMatch(HostIdentity::isName)) {
      throw new IllegalArgumentException(
          "a host has at most " + MOST_LABELS + " labels, each written as its name is");
    }
    labels = labels.stream().distinct().sorted().toList();
  }

  /** Whether a host may be called so, or have it for a label. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** The identity in a raw query, if there is one. */
  public static Optional<HostIdentity> in(String rawQuery) throws TrackerProtocolException {
    return isIn(rawQuery) ? Optional.of(Words.in(rawQuery).identity()) : Optional.empty();
  }

  /** Whether there seems to be one: a look that costs next to nothing. */
  static boolean isIn(String rawQuery) {
    return rawQuery.contains(MARK);
  }

  /** Whether a parameter of a query, as it stands there, is of one. */
  public static boolean isParameter(String rawParameter) {
    return rawParameter.startsWith(MARK)
        || rawParameter.startsWith("skep_id=")
        || rawParameter.startsWith("skep_labels=");
  }

  /** As parameters of a query, without an ampersand before them. */
  public String toQuery() {
    String query = MARK + name + "&skep_id=" + id;
    return labels.isEmpty() ? query : query + "&skep_labels=" + String.join(",", labels);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return name + labels;
  }

  /**
   * The parameters of a query that are about a host.
   *
   * @param name absent ones are empty
   */
  record Words(String name, String id, String labels, String state, String reason, String held) {
    static Words in(String rawQuery) throws TrackerProtocolException {
      String name = "";
      String id = "";
      String labels = "";
      String state = "";
      String reason = "";
      String held = "";
      for (Query q = Query.of(rawQuery); q.next(); ) {
        if (q.is("skep_host")) {
          name = q.bytes(MOST_CHARACTERS).text();
        } else if (q.is("skep_id")) {
          id = q.bytes(MOST_CHARACTERS).text();
        } else if (q.is("skep_labels")) {
          labels = q.bytes(MOST_LABELS * (MOST_CHARACTERS + 1)).text();
        } else if (q.is("skep_state")) {
          state = q.bytes(MOST_CHARACTERS).text();
        } else if (q.is("skep_reason")) {
          reason = q.bytes(HostReport.MOST_RAW_REASON_BYTES).text();
        } else if (q.is("skep_pieces")) {
          held = q.bytes(HeldPieces.MOST_CHARACTERS).text();
        }
      }
      return new Words(name, id, labels, state, reason, held);
    }

    HostIdentity identity() throws TrackerProtocolException {
      List<String> each = new ArrayList<>();
      if (!labels.isEmpty()) {
        each.addAll(List.of(labels.split(",", -1)));
      }
      try {
        return new HostIdentity(name, id, each);
      } catch (IllegalArgumentException e) {
        throw new TrackerProtocolException(String.valueOf(e.getMessage()));
      }
    }
  }
}
