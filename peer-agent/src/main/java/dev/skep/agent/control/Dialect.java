package dev.skep.agent.control;

import java.util.Locale;

/** The two ways in which Transmission's RPC is spoken. Requests may mix their spellings. */
enum Dialect {
  /** {@code method}, {@code arguments}, {@code tag}; keys are spelled this way and that. */
  LEGACY,
  /** JSON-RPC 2.0, as of Transmission 4.1; keys are in snake case. */
  JSON_RPC;

  /** What all spellings of one name have in common: {@code download-dir}, {@code downloadDir}. */
  static String root(String name) {
    StringBuilder root = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) != '-' && name.charAt(i) != '_') {
        root.append(name.charAt(i));
      }
    }
    return root.toString().toLowerCase(Locale.ROOT);
  }
}
