package dev.skep.tracker.admin;

import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import java.util.Set;

/** Where everybody may announce registered torrents. */
@HelidonTest
@AddConfig(key = "skep.data.folder", value = "target/test-data/who-registered")
@AddConfig(key = "skep.http.may.state.address", value = "127.0.0.0/8")
@AddConfig(key = "skep.access.torrents", value = "registered")
class WhoMayReadWhereRegisteredTest extends EveryRoute {
  @Override
  boolean isOpenToStrangers() {
    return true;
  }

  @Override
  Set<Kind> visible() {
    return Set.of(Kind.REGISTERED);
  }
}
