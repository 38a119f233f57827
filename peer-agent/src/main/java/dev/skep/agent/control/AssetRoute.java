package dev.skep.agent.control;

import dev.skep.service.web.Asset;

/** A file that the page is made of. A browser that has it is told so. */
final class AssetRoute implements Route {
  private final Asset asset;

  AssetRoute(Asset asset) {
    this.asset = asset;
  }

  @Override
  public Reply answer(Ask ask, byte[] body) {
    String tag = asset.tag();
    boolean known = ask.header("If-None-Match").filter(tag::equals).isPresent();
    Reply reply = known ? Reply.empty(304) : Reply.of(200, asset.type(), asset.bytes());
    return reply.with("ETag", tag).with("Cache-Control", "no-cache");
  }
}
