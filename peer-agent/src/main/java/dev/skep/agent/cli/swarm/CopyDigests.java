package dev.skep.agent.cli.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.create.Source;
import dev.skep.agent.create.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The SHA-256 of files and of folders. */
final class CopyDigests {
  private static final int CHUNK_BYTES = 128 << 10;

  private CopyDigests() {}

  /** The digests of several files or folders, in the same order, on all processors. */
  static List<String> of(List<Path> roots) throws IOException, InterruptedException {
    try (var workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Callable<String>> tasks = new ArrayList<>();
      roots.forEach(root -> tasks.add(() -> of(root)));
      var digests = new ArrayList<String>();
      for (Future<String> digest : workers.invokeAll(tasks)) {
        digests.add(digest.get());
      }
      return digests;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Of a file its own digest; of a folder that of the sorted lines {@code SHA256 PATH}. */
  static String of(Path root) throws IOException {
    if (Files.isRegularFile(root)) {
      return ofFile(root);
    }
    var lines = new ArrayList<String>();
    for (SourceFile file : Source.scan(root, Source.Without.NOTHING).files()) {
      lines.add(ofFile(file.file()) + "  " + String.join("/", file.path()) + "\n");
    }
    lines.sort(null);
    return hex(sha256(), String.join("", lines).getBytes(UTF_8));
  }

  private static String ofFile(Path file) throws IOException {
    MessageDigest sha256 = sha256();
    byte[] chunk = new byte[CHUNK_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        sha256.update(chunk, 0, read);
      }
    }
    return hex(sha256, new byte[0]);
  }

  private static String hex(MessageDigest digest, byte[] last) {
    return HexFormat.of().formatHex(digest.digest(last));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
