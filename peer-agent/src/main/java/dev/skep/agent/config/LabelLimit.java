package dev.skep.agent.config;

import dev.skep.service.settings.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Most that all torrents with a label together move a second.
 *
 * @param downBytesPerSecond 0 for no limit
 * @param upBytesPerSecond 0 for no limit
 */
public record LabelLimit(String label, long downBytesPerSecond, long upBytesPerSecond) {
  static final Form<List<LabelLimit>> ALL =
      new Form<>(
          "LABEL [down=RATE] [up=RATE], several with ';' between them, or nothing",
          text -> Sentence.all(text, Set.of("down", "up"), LabelLimit::of));

  private static LabelLimit of(Sentence said) {
    return new LabelLimit(said.subject(), rate(said.option("down")), rate(said.option("up")));
  }

  private static long rate(Optional<String> text) {
    return text.isEmpty()
        ? 0
        : Form.rate().reader().apply(text.get()).orElseThrow(Sentence.WrongException::new);
  }

  /** The setting with this limit instead of another of the same label. */
  public String in(List<LabelLimit> others) {
    List<LabelLimit> all = new ArrayList<>(others);
    all.removeIf(other -> other.label.equals(label));
    all.add(this);
    return all.stream()
        .filter(limit -> limit.downBytesPerSecond > 0 || limit.upBytesPerSecond > 0)
        .map(LabelLimit::text)
        .collect(Collectors.joining("; "));
  }

  private String text() {
    return "\"%s\" down=%s up=%s"
        .formatted(label, rate(downBytesPerSecond), rate(upBytesPerSecond));
  }

  private static String rate(long bytesPerSecond) {
    return bytesPerSecond == 0 ? "0" : bytesPerSecond + "B/s";
  }
}
