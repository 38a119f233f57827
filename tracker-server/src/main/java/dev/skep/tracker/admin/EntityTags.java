package dev.skep.tracker.admin;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The strong entity tag of an answer (RFC 9110, 8.8.3), of which there is another one where the
 * answer is compressed.
 *
 * @param opaque between the quotation marks
 */
record EntityTags(String opaque) {
  /** What the tag of a compressed answer ends with, as {@code ApiCompression} writes it. */
  private static final String COMPRESSED = "-gzip";

  /** As the header has it. */
  String text() {
    return '"' + opaque + '"';
  }

  /** The same of the compressed answer. */
  String compressed() {
    return '"' + opaque + COMPRESSED + '"';
  }

  /** The tag in {@code If-None-Match} that is this answer's, compressed or not. */
  Optional<String> matching(@Nullable String ifNoneMatch) {
    if (ifNoneMatch == null) {
      return Optional.empty();
    }
    return Stream.of(ifNoneMatch.split(","))
        .map(String::strip)
        .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
        .map(tag -> tag.equals("*") ? text() : tag)
        .filter(tag -> tag.equals(text()) || tag.equals(compressed()))
        .findFirst();
  }
}
