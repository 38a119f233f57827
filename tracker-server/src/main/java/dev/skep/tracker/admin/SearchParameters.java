package dev.skep.tracker.admin;

import dev.skep.tracker.admin.views.CatalogueSearch;
import dev.skep.tracker.catalogue.Publication;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What is looked for in the catalogue. */
public class SearchParameters {
  @QueryParam("name")
  @Parameter(description = "Only registered torrents whose name holds it, in any case")
  @Nullable String name;

  @QueryParam("exact")
  @DefaultValue("false")
  @Parameter(description = "Whether name is the whole name as it is; several may have it")
  boolean exact;

  @QueryParam("label")
  @Parameter(description = "Only registered torrents with this label; with each, if there are more")
  @Nullable List<String> labels;

  @QueryParam("infoHash")
  @Parameter(description = "Only the registered torrent with this info-hash")
  @Nullable String infoHash;

  @QueryParam("minBytes")
  @Parameter(description = "Only registered torrents of so many bytes or more")
  @Nullable String minBytes;

  @QueryParam("maxBytes")
  @Parameter(description = "Only registered torrents of so many bytes or fewer")
  @Nullable String maxBytes;

  @QueryParam("since")
  @Parameter(
      description =
          "Only registered torrents published then or later: RFC 3339, or seconds of 1970")
  @Nullable String since;

  @QueryParam("until")
  @Parameter(description = "Only registered torrents published then or before")
  @Nullable String until;

  /** What is looked for. */
  CatalogueSearch checked() {
    List<String> wanted = labels == null ? List.of() : labels.stream().distinct().toList();
    if (wanted.size() > Publication.MOST_LABELS) {
      throw Parameters.wrong("a torrent has at most " + Publication.MOST_LABELS + " labels");
    }
    if (!wanted.stream().allMatch(Publication::isLabel)) {
      throw Parameters.wrong("label is not what a label can be");
    }
    return new CatalogueSearch(
        Optional.ofNullable(name),
        exact && name != null,
        wanted,
        Optional.ofNullable(infoHash).map(Parameters::infoHash),
        bytes("minBytes", minBytes, 0),
        bytes("maxBytes", maxBytes, Long.MAX_VALUE),
        time("since", since, Instant.MIN),
        time("until", until, Instant.MAX));
  }

  private static long bytes(String what, @Nullable String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("\\d{1,18}")) {
      throw Parameters.wrong(what + " is a number of bytes");
    }
    return Long.parseLong(text);
  }

  private static Instant time(String what, @Nullable String text, Instant otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return text.matches("\\d{1,11}")
          ? Instant.ofEpochSecond(Long.parseLong(text))
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      throw Parameters.wrong(what + " is a time such as 2026-11-30T10:22:30Z, or seconds of 1970");
    }
  }
}
