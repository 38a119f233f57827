package dev.skep.service.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every key that a program knows; its default file and its documentation are made of this list.
 *
 * @param prefix what all of its keys begin with, such as {@code skep.agent.}
 * @param groups in the order of the documentation
 * @param others names that are not this program's keys and are no mistake either
 */
public record KeyList(String prefix, List<Group> groups, Others others) {
  private static final Pattern KUBERNETES_NAME =
      Pattern.compile("SKEP_\\w+_(SERVICE_(HOST|PORT\\w*)|PORT_\\d+_(TCP|UDP|SCTP)\\w*)");
  private static final Pattern KUBERNETES_PORT = Pattern.compile("(tcp|udp|sctp)://.*");

  /** Keys that belong together, under one heading. */
  public record Group(String title, List<Key<?>> keys) {}

  /**
   * Names that somebody else reads.
   *
   * @param prefixes what names of whole families begin with
   * @param properties system properties
   * @param variables variables of the environment
   */
  public record Others(List<String> prefixes, Set<String> properties, Set<String> variables) {
    public static final Others NONE = new Others(List.of(), Set.of(), Set.of());
  }

  /** Every key, in the order of the documentation. */
  public List<Key<?>> all() {
    return groups.stream().<Key<?>>flatMap(group -> group.keys().stream()).toList();
  }

  /**
   * Refuses names that no key has, so that a slip of the pen does not go unnoticed.
   *
   * @param where what the names stand in, for the message
   * @throws BadSettingException for the first unknown name; the message says which known one is
   *     nearest
   */
  public void refuseUnknown(Collection<String> names, String where) throws BadSettingException {
    refuseUnknown(names.stream().filter(name -> !isOfOthers(name)), names(), where);
  }

  /**
   * The same for system properties that begin as keys do.
   *
   * @throws BadSettingException for the first that is neither a key nor for another part of Skep
   */
  public void refuseUnknownProperties(Collection<String> names) throws BadSettingException {
    refuseUnknown(
        names.stream()
            .filter(name -> name.startsWith(prefix) && !isOfOthers(name))
            .filter(name -> !others.properties().contains(name)),
        names(),
        "system property");
  }

  /**
   * The same for variables of the environment that begin as those of keys do.
   *
   * @throws BadSettingException for the first that is neither a key's, nor for another part of
   *     Skep, nor what Kubernetes tells of a service called {@code skep-…}
   */
  public void refuseUnknownVariables(Map<String, String> environment) throws BadSettingException {
    refuseUnknown(
        environment.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(variable(prefix)))
            .filter(entry -> !others.variables().contains(entry.getKey()))
            .filter(entry -> !isVariableOfOthers(entry.getKey()))
            .filter(entry -> !isOfKubernetes(entry.getKey(), entry.getValue()))
            .map(Map.Entry::getKey),
        names().stream().map(KeyList::variable).toList(),
        "environment");
  }

  /** A key as a variable of the environment. */
  static String variable(String name) {
    return name.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private List<String> names() {
    return all().stream().map(Key::name).toList();
  }

  private boolean isOfOthers(String name) {
    return others.prefixes().stream().anyMatch(name::startsWith);
  }

  private boolean isVariableOfOthers(String name) {
    return others.prefixes().stream().map(KeyList::variable).anyMatch(name::startsWith);
  }

  private static boolean isOfKubernetes(String name, String value) {
    return KUBERNETES_NAME.matcher(name).matches()
        || (name.endsWith("_PORT") && KUBERNETES_PORT.matcher(value).matches());
  }

  private static void refuseUnknown(Stream<String> names, List<String> known, String where)
      throws BadSettingException {
    Optional<String> wrong = names.filter(name -> !known.contains(name)).sorted().findFirst();
    if (wrong.isPresent()) {
      String nearest =
          known.stream().min(Comparator.comparingInt(k -> distance(wrong.get(), k))).orElseThrow();
      throw new BadSettingException(
          where + ": unknown key " + wrong.get() + "; did you mean " + nearest + "?");
    }
  }

  /** Edits (insert, delete, replace) that make one word of the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
