package dev.skep.agent.connection;

import dev.skep.protocol.Sha256;
import dev.skep.protocol.metainfo.MerkleTree;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.HashRange;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for the hashes of a v2 torrent (BEP 52): those that cover its pieces, which who
 * comes with a magnet link lacks. The leaves below are not kept. Safe for many threads.
 *
 * <p>A file's tree is hashed when it is first asked for, and kept as long as there is room.
 */
final class HashServing {
  private static final long MOST_BYTES = 32L << 20;

  private final Metainfo metainfo;
  private final Map<Sha256, MerkleTree> trees = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable Set<Sha256> roots;
  private long bytes;

  HashServing(Metainfo metainfo) {
    this.metainfo = metainfo;
  }

  /** The hashes and their proof, if we have them. */
  Optional<byte[]> answer(HashRange range) {
    return tree(range.piecesRoot())
        .flatMap(
            tree ->
                tree.prove(range.baseLayer(), range.index(), range.length(), range.proofLayers()));
  }

  private synchronized Optional<MerkleTree> tree(Sha256 root) {
    MerkleTree known = trees.get(root);
    if (known != null || !roots().contains(root)) {
      return Optional.ofNullable(known);
    }
    Optional<MerkleTree> made = metainfo.pieceTree(root);
    made.ifPresent(tree -> keep(root, tree));
    return made;
  }

  private void keep(Sha256 root, MerkleTree tree) {
    trees.put(root, tree);
    bytes += tree.bytes();
    Iterator<MerkleTree> oldest = trees.values().iterator();
    while (bytes > MOST_BYTES && trees.size() > 1) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  private Set<Sha256> roots() {
    Set<Sha256> known = roots;
    if (known == null) {
      known = new HashSet<>();
      for (TorrentFile file : metainfo.files()) {
        file.piecesRoot().ifPresent(known::add);
      }
      roots = known;
    }
    return known;
  }
}
