package dev.skep.service.settings;

/**
 * A setting that cannot be used. The message is one line for the operator: which, and what is
 * expected.
 */
public final class BadSettingException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadSettingException(String message) {
    super(message);
  }
}
