package dev.skep.agent.cli.console;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What a command takes, declared without annotations: to read those takes a JVM that has just
 * started longer than all else that it does before a command begins.
 *
 * <p>Each method declares one option or parameter and returns what asks for its value, once the
 * command runs.
 */
public final class Arguments {
  private final CommandSpec command;

  /** Nothing yet; what is declared is added to this command. */
  public Arguments(CommandSpec command) {
    this.command = command;
  }

  /** One value that must be given. */
  public <T> Supplier<T> parameter(Class<T> type, String label, String description) {
    PositionalParamSpec spec =
        PositionalParamSpec.builder()
            .index(Integer.toString(command.positionalParameters().size()))
            .arity("1")
            .required(true)
            .type(type)
            .paramLabel(label)
            .description(description)
            .build();
    command.addPositional(spec);
    return spec::getValue;
  }

  /** An option without a value: whether it was given. */
  public BooleanSupplier flag(String description, String... names) {
    OptionSpec spec = add(OptionSpec.builder(names).type(boolean.class), description);
    return () -> Boolean.TRUE.equals(spec.getValue());
  }

  /** An option with a value; empty when it was not given. */
  public <T> Supplier<Optional<T>> option(
      Class<T> type, String label, String description, String... names) {
    OptionSpec spec = add(OptionSpec.builder(names).type(type).paramLabel(label), description);
    return () -> Optional.ofNullable(spec.getValue());
  }

  /** An option that may be repeated: its values in the order in which they were given. */
  public Supplier<List<String>> options(String label, String description, String... names) {
    OptionSpec spec =
        add(
            OptionSpec.builder(names)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label),
            description);
    return () -> values(spec);
  }

  /**
   * An option that may be repeated, whose value may be left out: then it is the empty text. A value
   * is attached by an equals sign; a word behind it is one if it can be nothing else.
   *
   * @param isValue whether a word behind it is its value
   */
  public Supplier<List<String>> options(
      String label, String description, Predicate<String> isValue, String... names) {
    OptionSpec spec =
        add(
            OptionSpec.builder(names)
                .arity("0..1")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .preprocessor(
                    (words, _, _, state) -> {
                      boolean isAttached = !" ".equals(state.get("separator"));
                      if (!isAttached && (words.isEmpty() || !isValue.test(words.peek()))) {
                        words.push("");
                      }
                      return false;
                    }),
            description);
    return () -> values(spec);
  }

  private static List<String> values(ArgSpec spec) {
    List<String> values = spec.getValue();
    return values == null ? List.of() : List.copyOf(values);
  }

  private OptionSpec add(OptionSpec.Builder option, String description) {
    OptionSpec spec = option.description(description).build();
    command.addOption(spec);
    return spec;
  }
}
