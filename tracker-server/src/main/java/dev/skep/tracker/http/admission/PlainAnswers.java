package dev.skep.tracker.http.admission;

import dev.skep.protocol.address.IpAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Answers plain requests before the server sees them: announces, of which there are most. */
@FunctionalInterface
public interface PlainAnswers {
  /** The server answers everything. */
  PlainAnswers NONE = (_, _) -> Optional.empty();

  /**
   * The body of an answer, as plain text with status 200.
   *
   * @param asker the far end of the connection
   * @return empty if the server has to answer
   */
  Optional<ByteBuffer> to(PlainRequest request, IpAddress asker);
}
