package dev.skep.agent.place;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Names and passwords for web servers, each for one host: lines such as {@code machine dav.lan
 * login NAME password SECRET}, in {@code ~/.netrc} or the file that {@code NETRC} names, as other
 * programs read them.
 *
 * @param file where they are
 */
record Netrc(Path file) {
  private static final int LONGEST_BYTES = 1 << 20;

  static Netrc of(Places.Environment environment) {
    return new Netrc(
        environment
            .variable("NETRC")
            .map(Path::of)
            .orElseGet(
                () ->
                    Path.of(
                            environment
                                .variable("HOME")
                                .orElseGet(() -> System.getProperty("user.home", "")))
                        .resolve(".netrc")));
  }

  /**
   * What is sent to a host as {@code Authorization}, if there is something for it.
   *
   * @param host as a URL has it
   */
  Optional<String> authorization(String host) throws PlaceException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > LONGEST_BYTES) {
        throw new PlaceException(file + ": too long for a list of names and passwords");
      }
      return find(host.replaceAll("[\\[\\]]", ""), words(Files.readString(file)).iterator());
    } catch (IOException e) {
      throw e instanceof PlaceException told
          ? told
          : new PlaceException(file + ": cannot be read; may this user read it?", e);
    }
  }

  private static List<String> words(String text) {
    var words = new ArrayList<String>();
    for (String line : text.lines().toList()) {
      if (!line.stripLeading().startsWith("#")) {
        words.addAll(List.of(line.strip().split("\\s+")));
      }
    }
    return words;
  }

  /** The first entry of the host, or of all; what is neither of these words is passed over. */
  private static Optional<String> find(String host, Iterator<String> words) {
    boolean isMeant = false;
    String login = "";
    while (words.hasNext()) {
      switch (words.next()) {
        case "machine" -> {
          isMeant = words.hasNext() && words.next().equalsIgnoreCase(host);
          login = "";
        }
        case "default" -> {
          isMeant = true;
          login = "";
        }
        case "login" -> login = words.hasNext() ? words.next() : "";
        case "password" -> {
          String password = words.hasNext() ? words.next() : "";
          if (isMeant) {
            return Optional.of(basic(login, password));
          }
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  private static String basic(String login, String password) {
    byte[] both = (login + ":" + password).getBytes(UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }
}
