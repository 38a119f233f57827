package dev.skep.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.RenewedTls;
import dev.skep.tracker.http.admission.TlsFront;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are renewed while the tracker runs. */
class RenewedTlsTest {
  private static final Duration A_WHILE = Duration.ofSeconds(6);

  @TempDir private Path folder;
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger reads = new AtomicInteger();

  private Tls read(Path store) throws IOException {
    reads.incrementAndGet();
    try {
      Keys keys =
          Keys.builder()
              .keystore(
                  k ->
                      k.keystore(Resource.create(store))
                          .passphrase(SelfSignedKeys.PASSPHRASE)
                          .type("PKCS12"))
              .build();
      return Tls.builder().privateKey(keys).privateKeyCertChain(keys).build();
    } catch (RuntimeException e) {
      throw new IOException("no keys", e);
    }
  }

  private static Certificate shownBy(Front front) throws IOException {
    Tls anybody = Tls.builder().trustAll(true).build();
    try (SSLSocket socket =
        (SSLSocket)
            anybody
                .sslContext()
                .getSocketFactory()
                .createSocket(front.connect(), "localhost", 0, true)) {
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void newConnectionsHaveTheNewCertificateAndBadFilesLeaveTheOldOne() throws Exception {
    Path store = folder.resolve("keys.p12");
    Path other = folder.resolve("new.p12");
    SelfSignedKeys.write(store);
    SelfSignedKeys.write(other);
    var keys = new RenewedTls(List.of(store), () -> read(store), nanos::get);
    try (Front front = new Front(HttpSettings.DEFAULT, Optional.of(new TlsFront(keys)), _ -> {})) {
      Certificate first = shownBy(front);
      Files.move(other, store, StandardCopyOption.REPLACE_EXISTING);
      assertThat(shownBy(front)).as("nobody looked yet").isEqualTo(first);

      nanos.addAndGet(A_WHILE.toNanos());
      Certificate second = shownBy(front);
      assertThat(second).isNotEqualTo(first);

      Files.writeString(store, "half a fi");
      nanos.addAndGet(A_WHILE.toNanos());
      assertThat(shownBy(front)).isEqualTo(second);
      Files.delete(store);
      nanos.addAndGet(A_WHILE.toNanos());
      assertThat(shownBy(front)).isEqualTo(second);

      SelfSignedKeys.write(store);
      nanos.addAndGet(A_WHILE.toNanos());
      assertThat(shownBy(front)).isNotEqualTo(second);
    }
  }

  @Test
  void filesThatStayAreReadOnce() throws Exception {
    Path store = folder.resolve("keys.p12");
    SelfSignedKeys.write(store);
    var keys = new RenewedTls(List.of(store), () -> read(store), nanos::get);
    Tls first = keys.get();
    for (int i = 0; i < 5; i++) {
      nanos.addAndGet(A_WHILE.toNanos());
      assertThat(keys.get()).isSameAs(first);
    }
    assertThat(reads).hasValue(1);
  }
}
