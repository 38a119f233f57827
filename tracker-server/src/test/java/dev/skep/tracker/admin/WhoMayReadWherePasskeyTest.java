package dev.skep.tracker.admin;

import io.helidon.microprofile.testing.AddConfig;
import io.helidon.microprofile.testing.junit5.HelidonTest;
import java.util.Set;

/** Where only who has a passkey may announce. */
@HelidonTest
@AddConfig(key = "skep.data.folder", value = "target/test-data/who-passkey")
@AddConfig(key = "skep.http.may.state.address", value = "127.0.0.0/8")
@AddConfig(key = "skep.access.passkey.required", value = "true")
class WhoMayReadWherePasskeyTest extends EveryRoute {
  @Override
  boolean isOpenToStrangers() {
    return false;
  }

  @Override
  Set<Kind> visible() {
    return Set.of(Kind.REGISTERED, Kind.ANNOUNCED_ONLY);
  }
}
