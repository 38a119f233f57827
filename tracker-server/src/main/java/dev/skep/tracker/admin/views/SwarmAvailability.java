package dev.skep.tracker.admin.views;

import jakarta.json.stream.JsonGenerator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a torrent its peers have together.
 *
 * @param pieces how many it has; absent where that is not known: it is not registered, or was by an
 *     older tracker
 * @param complete peers that have all
 * @param told others whose agents say which pieces they have
 * @param others of which is known only what they say is left; absent pieces are thought to be
 *     anywhere
 * @param copies of the torrent in the swarm: as many as of its rarest piece, and the part of the
 *     pieces of which there are more; what others have is added as so many parts of a copy
 * @param stretchPieces pieces in one stretch of the map, but for the last, which may have fewer
 * @param least for each stretch, of the piece that fewest have, how many peers do: of those that
 *     are complete or told; absent if nobody told
 */
public record SwarmAvailability(
    String infoHash,
    @Nullable Integer pieces,
    int complete,
    int told,
    int others,
    double copies,
    @Nullable Integer stretchPieces,
    @Nullable List<Integer> least)
    implements Listing.Row {
  @Override
  public void write(JsonGenerator out) {
    out.write("infoHash", infoHash);
    if (pieces != null) {
      out.write("pieces", pieces);
    }
    out.write("complete", complete).write("told", told).write("others", others);
    out.write("copies", copies);
    if (stretchPieces != null) {
      out.write("stretchPieces", stretchPieces);
    }
    if (least != null) {
      out.writeStartArray("least");
      least.forEach(count -> out.write(count.intValue()));
      out.writeEnd();
    }
  }
}
