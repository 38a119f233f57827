package dev.skep.agent.webseed;

import dev.skep.protocol.BlockRef;
import java.util.List;

/**
 * Blocks that follow one another without a gap.
 *
 * @param offset of the first one in the torrent's bytes
 * @param blocks at least one
 */
record Stretch(long offset, List<BlockRef> blocks) {
  Stretch {
    blocks = List.copyOf(blocks);
  }

  long endOffset() {
    return offset + blocks.stream().mapToLong(BlockRef::lengthBytes).sum();
  }
}
