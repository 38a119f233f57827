package dev.skep.agent.webseed;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.metainfo.PieceLayout;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The blocks that were asked for and that nobody is on the way for yet, in the order of asking. */
final class Asked {
  private final PieceLayout layout;
  private final Map<Long, BlockRef> byOffset = new LinkedHashMap<>();

  Asked(PieceLayout layout) {
    this.layout = layout;
  }

  private long offset(BlockRef block) {
    return layout.offsetBytes(block.piece()) + block.offset();
  }

  void add(BlockRef block) {
    byOffset.put(offset(block), block);
  }

  /** Nobody waits for it any more. */
  void remove(BlockRef block) {
    byOffset.remove(offset(block));
  }

  boolean isEmpty() {
    return byOffset.isEmpty();
  }

  int count() {
    return byOffset.size();
  }

  /** Takes away the block that was asked for first, and what follows it. */
  Stretch next(int mostBlocks) {
    Iterator<Map.Entry<Long, BlockRef>> all = byOffset.entrySet().iterator();
    Map.Entry<Long, BlockRef> first = all.next();
    all.remove();
    List<BlockRef> blocks = new ArrayList<>();
    BlockRef block = first.getValue();
    long end = first.getKey();
    while (block != null) {
      blocks.add(block);
      end += block.lengthBytes();
      block = blocks.size() < mostBlocks ? byOffset.remove(end) : null;
    }
    return new Stretch(first.getKey(), blocks);
  }
}
