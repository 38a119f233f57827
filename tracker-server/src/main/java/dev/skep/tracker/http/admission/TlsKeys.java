package dev.skep.tracker.http.admission;

import dev.skep.tracker.system.InWords;
import io.helidon.common.tls.Tls;
import io.helidon.config.mp.MpConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * Keys and certificates of TLS, as {@code server.tls} configures them. The server's listener is
 * told that there is none: it is spoken by us, on connections that are counted.
 */
public final class TlsKeys {
  private static final String KEYS = "server.tls";

  private TlsKeys() {}

  /**
   * Reads keys and certificates; empty if there are none to be used.
   *
   * @throws IOException if they cannot be used; the message is one line for the operator
   */
  public static Optional<Tls> of(Config config) throws IOException {
    if (!isWanted(config)) {
      return Optional.empty();
    }
    try {
      Tls tls = Tls.create(MpConfig.toHelidonConfig(config).get(KEYS));
      if (tls.prototype().privateKey().isEmpty()) {
        throw new IllegalArgumentException(
            "there is no private key under the alias that is looked for ('1' unless "
                + KEYS
                + ".private-key.keystore.key.alias names another)");
      }
      tls.newEngine();
      return Optional.of(tls);
    } catch (RuntimeException e) {
      throw new IOException(
          "TLS cannot be used as " + KEYS + " has it: " + InWords.of(e) + "; see docs/tracker.md",
          e);
    }
  }

  /**
   * The same, and as their files have them from then on.
   *
   * @throws IOException if they cannot be used
   */
  public static Optional<TlsFront> front(Config config) throws IOException {
    if (!isWanted(config)) {
      return Optional.empty();
    }
    return Optional.of(
        new TlsFront(
            new RenewedTls(files(config), () -> of(config).orElseThrow(), System::nanoTime)));
  }

  private static List<Path> files(Config config) {
    List<Path> files = new ArrayList<>();
    for (String name : config.getPropertyNames()) {
      if (name.startsWith(KEYS + ".") && name.endsWith(".resource.path")) {
        config.getOptionalValue(name, String.class).map(Path::of).ifPresent(files::add);
      }
    }
    return files;
  }

  /** Whether anything of it is set, and it is not switched off. */
  private static boolean isWanted(Config config) {
    boolean set = false;
    for (String name : config.getPropertyNames()) {
      set |= name.startsWith(KEYS + ".") && !name.equals(KEYS + ".enabled");
    }
    return set && config.getOptionalValue(KEYS + ".enabled", Boolean.class).orElse(true);
  }
}
