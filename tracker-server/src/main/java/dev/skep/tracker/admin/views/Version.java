package dev.skep.tracker.admin.views;

/** Which Skep this is. */
final class Version {
  /** From the archive that this runs from; {@code dev} where there is none. */
  static final String TEXT = read();

  private Version() {}

  private static String read() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
