package dev.skep.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static String text(Asset asset) {
    return new String(asset.bytes(), UTF_8);
  }

  @Test
  void everythingIsThereWithATypeAndATag() {
    assertThat(Pages.assets())
        .allSatisfy(
            asset -> {
              assertThat(asset.bytes()).as(asset.path()).isNotEmpty();
              assertThat(asset.type()).as(asset.path()).matches("(text|image)/.*");
              assertThat(asset.tag()).matches("\"[A-Za-z0-9+/]{22}\"");
            });
    assertThat(Pages.assets()).extracting(Asset::path).doesNotHaveDuplicates();
    assertThat(Pages.assets()).extracting(Asset::tag).doesNotHaveDuplicates();
  }

  @Test
  void noFileLeadsToAnotherHost() {
    Pattern loads =
        Pattern.compile("(?:url\\(|from ?\"|import ?\\(?\"|@import)[^;]{0,40}https?://");
    assertThat(Pages.assets())
        .allSatisfy(asset -> assertThat(text(asset)).as(asset.path()).doesNotContainPattern(loads));
  }

  @Test
  void thePolicyAllowsNothingThatStandsInAPageButTheImportMap() {
    assertThat(Pages.POLICY)
        .startsWith("default-src 'none'; script-src 'self' 'sha256-")
        .doesNotContain("unsafe", "http:", "https:", "*");
  }
}
