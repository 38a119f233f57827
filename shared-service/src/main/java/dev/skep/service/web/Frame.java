package dev.skep.service.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a page shows at one moment, in parts.
 *
 * @param parts JSON values by their keys, in one line each; a page that knows another moment is
 *     told what differs. A key has letters, digits and the signs {@code _ - . :} only
 */
public record Frame(Map<String, String> parts) {
  /** Of a page that knows nothing yet. */
  static final Frame NONE = new Frame(Map.of());

  private static final Pattern KEY = Pattern.compile("[\\w.:-]+");

  /** Refuses keys that would have to be quoted in JSON. */
  public Frame {
    for (String key : parts.keySet()) {
      if (!KEY.matcher(key).matches()) {
        throw new IllegalArgumentException("a part cannot be called '" + key + "'");
      }
    }
    parts = new LinkedHashMap<>(parts); // in their order; changed no more
  }

  /** What differs from an earlier one, as a JSON object; empty if nothing does. */
  Optional<String> since(Frame before) {
    StringBuilder text = new StringBuilder(256);
    text.append("{\"all\":").append(before.parts.isEmpty()).append(",\"set\":{");
    int begin = text.length();
    parts.forEach(
        (key, value) -> {
          if (!value.equals(before.parts.get(key))) {
            text.append(text.length() > begin ? "," : "");
            text.append('"').append(key).append("\":").append(value);
          }
        });
    boolean changed = text.length() > begin;
    text.append("},\"gone\":[");
    int listed = text.length();
    for (String key : before.parts.keySet()) {
      if (!parts.containsKey(key)) {
        text.append(text.length() > listed ? ",\"" : "\"").append(key).append('"');
      }
    }
    changed |= text.length() > listed;
    return changed ? Optional.of(text.append("]}").toString()) : Optional.empty();
  }
}
