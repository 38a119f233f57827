package dev.skep.tracker.access;

import dev.skep.tracker.access.AccessLists.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One difference between the lists before a change and after it.
 *
 * @param what happened
 * @param list of which
 * @param entry of that list; of a secret its id
 * @param note as it is now, or was
 */
record AccessChange(What what, String list, String entry, String note) {

  /** What may happen to an entry. */
  enum What {
    ADDED,
    CHANGED,
    REMOVED
  }

  /** All differences. */
  static List<AccessChange> between(AccessLists before, AccessLists after) {
    List<AccessChange> changes = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      compare(kind.text(), before.entries(kind), after.entries(kind), changes);
    }
    for (Grant grant : Grant.values()) {
      compare(grant.text(), secrets(before, grant), secrets(after, grant), changes);
    }
    compare("mode", mode(before), mode(after), changes);
    return changes;
  }

  private static SortedMap<String, String> mode(AccessLists lists) {
    var entry = new TreeMap<String, String>();
    lists.mode().ifPresent(mode -> entry.put(mode.text(), ""));
    return entry;
  }

  private static SortedMap<String, String> secrets(AccessLists lists, Grant grant) {
    var notes = new TreeMap<String, String>();
    for (GivenSecret secret : lists.secrets()) {
      if (secret.grant() == grant) {
        String end = secret.expires().map(time -> "until " + time + " ").orElse("");
        notes.put(secret.id(), (end + secret.note()).strip());
      }
    }
    return notes;
  }

  private static void compare(
      String list,
      SortedMap<String, String> before,
      SortedMap<String, String> after,
      List<AccessChange> changes) {
    for (Map.Entry<String, String> entry : before.entrySet()) {
      String now = after.get(entry.getKey());
      if (now == null) {
        changes.add(new AccessChange(What.REMOVED, list, entry.getKey(), entry.getValue()));
      } else if (!now.equals(entry.getValue())) {
        changes.add(new AccessChange(What.CHANGED, list, entry.getKey(), now));
      }
    }
    for (Map.Entry<String, String> entry : after.entrySet()) {
      if (!before.containsKey(entry.getKey())) {
        changes.add(new AccessChange(What.ADDED, list, entry.getKey(), entry.getValue()));
      }
    }
  }
}
