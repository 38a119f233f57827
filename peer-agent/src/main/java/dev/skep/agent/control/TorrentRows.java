package dev.skep.agent.control;

import dev.skep.agent.service.Agent;
import dev.skep.agent.service.TorrentSnapshot;
import jakarta.json.stream.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/**
 * What {@code torrent_get} answers.
 *
 * @param removed ids of torrents that went lately, if what was active lately is asked for
 * @param fields of each torrent
 * @param asked the fields' names, as they were asked for
 * @param table whether these stand once, before all rows
 * @param views what the rows are of
 * @param kept rows that may be there already, if all torrents are asked for
 */
record TorrentRows(
    Agent agent,
    Optional<List<Integer>> removed,
    List<Field<Subject>> fields,
    List<String> asked,
    boolean table,
    List<TorrentSnapshot> views,
    Optional<KeptRows> kept)
    implements Answer {

  @Override
  public void write(JsonGenerator out, Dialect dialect) {
    List<String> names = names(dialect);
    begin(out, names);
    views.forEach(view -> writeRow(out, view, names, dialect));
    out.writeEnd();
  }

  @Override
  public void write(JsonGenerator out, ByteArrayOutputStream under, Dialect dialect) {
    if (kept.isEmpty()) {
      write(out, dialect);
      return;
    }
    List<String> names = names(dialect);
    begin(out, names);
    out.flush();
    boolean isFirst = !table;
    for (byte[] row : rows(kept.get(), names, dialect)) {
      if (!isFirst) {
        under.write(',');
      }
      isFirst = false;
      under.writeBytes(row);
    }
    out.writeEnd(); // of what is an array of nothing to it, or of a line of names
  }

  private List<byte[]> rows(KeptRows rows, List<String> names, Dialect dialect) {
    var settings = agent.settings();
    return rows.rows(
        new KeptRows.Kind(names, table, dialect),
        views.stream()
            .map(view -> new KeptRows.Source(view, agent.position(view.id()), settings))
            .toList(),
        view -> {
          var bytes = new ByteArrayOutputStream();
          try (JsonGenerator out = JsonText.writer(bytes)) {
            writeRow(out, view, names, dialect);
          }
          return bytes.toByteArray();
        });
  }

  private List<String> names(Dialect dialect) {
    return dialect == Dialect.LEGACY
        ? asked
        : fields.stream().map(field -> field.name().in(dialect)).toList();
  }

  private void begin(JsonGenerator out, List<String> names) {
    if (removed.isPresent()) {
      out.writeStartArray("removed");
      removed.get().forEach(id -> out.write((int) id));
      out.writeEnd();
    }
    out.writeStartArray("torrents");
    if (table) {
      out.writeStartArray();
      names.forEach(out::write);
      out.writeEnd();
    }
  }

  private void writeRow(
      JsonGenerator out, TorrentSnapshot view, List<String> names, Dialect dialect) {
    Subject torrent = new Subject(agent, view);
    if (table) {
      out.writeStartArray();
    } else {
      out.writeStartObject();
    }
    for (int i = 0; i < fields.size(); i++) {
      if (!table) {
        out.writeKey(names.get(i));
      }
      fields.get(i).value().write(torrent, out, dialect);
    }
    out.writeEnd();
  }
}
