package dev.skep.agent.config;

import dev.skep.service.settings.Form;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder whatever lies in which is made into torrents, one for each file and folder.
 *
 * @param folder absolute
 * @param tracker base URL of the tracker that they are published at
 * @param labels that they are published under
 * @param token file with the tracker's admin token
 * @param sign file with the key that signs what is published
 */
public record SharedFolder(
    Path folder,
    Optional<String> tracker,
    List<String> labels,
    Optional<Path> token,
    Optional<Path> sign) {
  private static final Set<String> OPTIONS = Set.of("tracker", "label", "token", "sign");

  static final Form<List<SharedFolder>> ALL =
      new Form<>(
          "FOLDER [tracker=URL] [label=LABEL,…] [token=FILE] [sign=KEYFILE], several with ';'"
              + " between them, or nothing",
          text -> Sentence.all(text, OPTIONS, SharedFolder::of));

  private static SharedFolder of(Sentence said) {
    Optional<String> tracker = said.option("tracker");
    if (tracker.isPresent() && !tracker.get().matches("https?://[^/\\s]+.*")) {
      throw new Sentence.WrongException();
    }
    return new SharedFolder(
        Sentence.absolute(said.subject()),
        tracker,
        said.labels(),
        said.path("token"),
        said.path("sign"));
  }
}
