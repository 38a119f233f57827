package dev.skep.agent.control;

/**
 * What a method, argument or field is called.
 *
 * @param snake in JSON-RPC
 * @param legacy before
 */
record Name(String snake, String legacy) {

  /** One that was in camel case: {@code rate_download}, {@code rateDownload}. */
  static Name camel(String snake) {
    StringBuilder camel = new StringBuilder(snake.length());
    for (int i = 0; i < snake.length(); i++) {
      boolean begins = i > 0 && snake.charAt(i - 1) == '_';
      if (snake.charAt(i) != '_') {
        camel.append(begins ? Character.toUpperCase(snake.charAt(i)) : snake.charAt(i));
      }
    }
    return new Name(snake, camel.toString());
  }

  /** One that had hyphens: {@code session_get}, {@code session-get}. */
  static Name kebab(String snake) {
    return new Name(snake, snake.replace('_', '-'));
  }

  String in(Dialect dialect) {
    return dialect == Dialect.LEGACY ? legacy : snake;
  }
}
