package dev.skep.agent.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.digest.Digests;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;

/** What a file or folder is like, as far as names, lengths and times tell. */
final class TreeState {
  private TreeState() {}

  /** 64 digits; others as soon as anything at or below it is written, named or removed. */
  static String of(Path path) throws IOException {
    List<String> lines = new ArrayList<>();
    Files.walkFileTree(
        path,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes now) {
            lines.add(
                path.relativize(file)
                    + "\n"
                    + now.size()
                    + " "
                    + now.lastModifiedTime().toInstant());
            return FileVisitResult.CONTINUE;
          }
        });
    lines.sort(null);
    MessageDigest digest = Digests.sha256();
    lines.forEach(line -> digest.update((line + "\n").getBytes(UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }
}
