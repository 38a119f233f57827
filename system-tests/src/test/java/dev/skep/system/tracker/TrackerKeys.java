package dev.skep.system.tracker;

import dev.skep.system.Program;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Keys for a tracker of 127.0.0.1 that speaks TLS, and what its friends trust.
 *
 * @param store in PKCS12, with the key and its certificate
 * @param trusting trusts this certificate and no other
 */
record TrackerKeys(Path store, SSLContext trusting) {
  private static final String PASSPHRASE = "changeit";

  static TrackerKeys make(Path folder) throws Exception {
    Path store = folder.resolve("keys.p12");
    new Program(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()))
        .with("-genkeypair", "-alias", "1", "-keyalg", "EC", "-dname", "CN=localhost")
        .with("-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12", "-storepass", PASSPHRASE)
        .with("-keystore", store.toString())
        .output(folder);
    return new TrackerKeys(store, trusting(store));
  }

  private static SSLContext trusting(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSPHRASE.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("1", keys.getCertificate("1"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** For the tracker's JVM. */
  String[] javaOptions() {
    String keystore = "-Dserver.tls.private-key.keystore.";
    return new String[] {
      keystore + "resource.path=" + store,
      keystore + "passphrase=" + PASSPHRASE,
      keystore + "type=PKCS12"
    };
  }
}
