package dev.skep.protocol.metainfo;

import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code announce} and {@code announce-list} (BEP 12). */
final class TrackerTiers {
  private TrackerTiers() {}

  static List<List<String>> read(BDictionary raw) {
    List<List<String>> tiers = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (BValue tier : raw.list("announce-list").orElse(BList.of(List.of()))) {
      // Some put the URLs of a tier, or the only URL, straight into the outer list.
      addTier(tiers, seen, tier instanceof BList urls ? urls : BList.of(List.of(tier)));
    }
    if (tiers.isEmpty()) {
      raw.string("announce").ifPresent(url -> addTier(tiers, seen, BList.of(List.of(url))));
    }
    return List.copyOf(tiers);
  }

  private static void addTier(List<List<String>> tiers, Set<String> seen, BList urls) {
    List<String> tier = new ArrayList<>();
    for (BValue value : urls) {
      if (value instanceof BString s) {
        String url = s.text().strip();
        if (!url.isEmpty() && seen.add(url)) {
          tier.add(url);
        }
      }
    }
    if (!tier.isEmpty()) {
      tiers.add(List.copyOf(tier));
    }
  }

  static void put(BDictionary.Builder root, List<List<String>> tiers) {
    root.remove("announce").remove("announce-list");
    List<BList> lists =
        tiers.stream()
            .filter(tier -> !tier.isEmpty())
            .map(tier -> BList.of(tier.stream().map(BString::of).toList()))
            .toList();
    if (lists.isEmpty()) {
      return;
    }
    root.put("announce", lists.getFirst().get(0));
    if (lists.size() > 1 || lists.getFirst().size() > 1) {
      root.put("announce-list", BList.of(lists));
    }
  }
}
