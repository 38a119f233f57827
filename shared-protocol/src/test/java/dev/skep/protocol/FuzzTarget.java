package dev.skep.protocol;

import java.util.Locale;

/**
 * Jazzer's way into a {@link Target}: the one that the system property {@code skep.fuzz.target}
 * names.
 */
public final class FuzzTarget {
  private static final Target TARGET =
      Target.valueOf(
          System.getProperty("skep.fuzz.target", "").toUpperCase(Locale.ROOT).replace('-', '_'));

  private FuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] in) {
    TARGET.run(in);
  }
}
