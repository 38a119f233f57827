package dev.skep.agent.webseed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.connection.Faults;
import dev.skep.agent.connection.Limits;
import dev.skep.agent.storage.BlockMemory;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.PieceLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked of a web server at once, when others bring parts of it meanwhile. */
@Timeout(60)
class FetchTest {
  private static final int BLOCKS = 8;
  private static final int BLOCK = PieceLayout.BLOCK_BYTES;

  @AutoClose private final Web web = new Web(InetAddress.ofLiteral("0.0.0.0"), "Skep", 1);
  @AutoClose private WebServer server;
  private final BlockMemory memory = new BlockMemory(1 << 20);
  private final List<BlockRef> blocks =
      IntStream.range(0, BLOCKS).mapToObj(i -> new BlockRef(0, i * BLOCK, BLOCK)).toList();
  private final List<BlockRef> came = new ArrayList<>();
  private final CompletableFuture<String> end = new CompletableFuture<>();

  @BeforeEach
  void aServerThatSendsFourBlocksAndNoMore() throws Exception {
    server = new WebServer();
    server.answering(
        (request, out) -> {
          WebServer.head(
              out,
              "206 Part",
              "Content-Length: " + request.length(),
              "Content-Range: bytes 0-%d/%d".formatted(BLOCKS * BLOCK - 1, BLOCKS * BLOCK));
          out.write(new byte[BLOCKS / 2 * BLOCK]);
          out.flush();
          TimeUnit.DAYS.sleep(1);
        });
  }

  private Fetch fetch(BiConsumer<Fetch, BlockRef> then) throws Exception {
    Metainfo metainfo =
        Metainfo.parse(
            MetainfoBuilder.singleFile("f", BLOCKS * BLOCK)
                .pieceLength(BLOCKS * BLOCK)
                .pieceHashes(new byte[20])
                .build());
    WebFiles files = new WebFiles(metainfo);
    WebReader.Server at =
        WebReader.Server.of(
            WebAddress.parse(server.url() + "/f"), false, true, files, web, Limits.NONE);
    CompletableFuture<Fetch> made = new CompletableFuture<>();
    Fetch.Taker taker =
        new Fetch.Taker() {
          @Override
          public void take(BlockRef block, ByteBuffer slot) {
            memory.release(slot);
            came.add(block);
            then.accept(made.join(), block);
          }

          @Override
          public void failed(WebTrouble why) {
            end.complete(why.what());
          }

          @Override
          public void ended(Fetch fetch) {
            end.complete("");
          }
        };
    Fetch fetch =
        new Fetch(
            new Stretch(0, blocks), files, new WebReader(at), true, memory, new Faults(), taker);
    made.complete(fetch);
    fetch.start();
    return fetch;
  }

  @Test
  void nobodyWaitsForWhatOthersBroughtAll() throws Exception {
    Fetch fetch =
        fetch(
            (running, block) -> {
              if (block.equals(blocks.get(1))) {
                blocks.forEach(running::cancel);
              }
            });

    assertThat(end.get(30, TimeUnit.SECONDS)).isEmpty();

    assertThat(came).isEqualTo(blocks.subList(0, 2));
    assertThat(fetch.blocksLeft()).isZero();
  }

  @Test
  void itIsReadAsFarAsSomethingIsWanted() throws Exception {
    fetch(
        (running, block) -> {
          if (block.equals(blocks.getFirst())) {
            blocks.stream().filter(other -> !other.equals(blocks.get(3))).forEach(running::cancel);
          }
        });

    assertThat(end.get(30, TimeUnit.SECONDS)).isEmpty();

    assertThat(came).isEqualTo(blocks.subList(0, 4));
  }
}
