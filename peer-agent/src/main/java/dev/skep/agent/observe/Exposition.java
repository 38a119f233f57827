package dev.skep.agent.observe;

import java.util.Map;

/** Metrics as Prometheus reads them (text format 0.0.4), written family by family. */
final class Exposition {
  private final StringBuilder text = new StringBuilder(8192);

  /** Something that only grows; its name ends with {@code _total}. */
  void counter(String name, String help, Number value) {
    begin(name, "counter", help);
    sample(name, "", value.doubleValue());
  }

  void gauge(String name, String help, Number value) {
    begin(name, "gauge", help);
    sample(name, "", value.doubleValue());
  }

  /** One counter for each value of a label. */
  void counters(String name, String help, String label, Map<String, ? extends Number> values) {
    family(name, "counter", help, label, values);
  }

  /** One gauge for each value of a label. */
  void gauges(String name, String help, String label, Map<String, ? extends Number> values) {
    family(name, "gauge", help, label, values);
  }

  private void family(
      String name, String type, String help, String label, Map<String, ? extends Number> values) {
    if (values.isEmpty()) {
      return;
    }
    begin(name, type, help);
    values.forEach(
        (value, number) ->
            sample(name, "{" + label + "=\"" + escaped(value) + "\"}", number.doubleValue()));
  }

  private void begin(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void sample(String name, String labels, double value) {
    text.append(name).append(labels).append(' ');
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      text.append((long) value);
    } else {
      text.append(value);
    }
    text.append('\n');
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
