package dev.skep.tracker.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What administrators send, known here by its SHA-256 only.
 *
 * <p>In the data folder {@code admin.token} holds it for commands of the same user on this machine,
 * and {@code admin.token.sha256} is what the tracker compares with: who deletes the first one after
 * noting it down has it nowhere on the disk. A token that somebody wrote into the first file counts
 * from the next start on.
 */
public final class AdminToken {
  /** In the data folder: the token, for its owner's eyes only. */
  public static final String FILE = "admin.token";

  private static final String HASH_FILE = "admin.token.sha256";
  private static final int RANDOM_BYTES = 16;
  private static final Pattern FIT = Pattern.compile("[!-~]{16,256}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final byte[] sha256;

  private AdminToken(byte[] sha256) {
    this.sha256 = sha256;
  }

  /** The token that an operator set. */
  public static AdminToken of(String text) {
    return new AdminToken(GivenSecret.hash(text));
  }

  /**
   * A token and what the operator has to know of it.
   *
   * @param news one line, when it was made just now: the only time that it is shown
   */
  public record Found(AdminToken token, Optional<String> news) {}

  /**
   * The token of a data folder; made when there is none. Without room for it on the disk it holds
   * until this process ends.
   *
   * @throws IOException if what is there cannot be read or is no token; the message is one line for
   *     the operator
   */
  public static Found in(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    Path hashFile = folder.resolve(HASH_FILE);
    Optional<String> text = read(file);
    if (text.isPresent()) {
      if (!FIT.matcher(text.get()).matches()) {
        throw new IOException(
            file
                + " holds no token (16 to 256 letters, digits and signs without spaces); write one"
                + " into it, or delete it to have a new one made");
      }
      closeToOthers(file);
      AdminToken token = of(text.get());
      if (!read(hashFile).equals(Optional.of(token.hex()))) {
        write(hashFile, token.hex());
      }
      return new Found(token, Optional.empty());
    }
    Optional<String> hash = read(hashFile);
    if (hash.isPresent()) {
      if (!HASH.matcher(hash.get()).matches()) {
        throw new IOException(hashFile + " is damaged; delete it to have a new admin token made");
      }
      return new Found(new AdminToken(HexFormat.of().parseHex(hash.get())), Optional.empty());
    }
    return made(file, hashFile);
  }

  private static Found made(Path file, Path hashFile) {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    String text = HexFormat.of().formatHex(random);
    AdminToken token = of(text);
    String shown = "the new admin token, shown only now, is " + text;
    try {
      // In this order: of a token whose hash alone was written nobody would know.
      write(file, text);
      write(hashFile, token.hex());
      return new Found(token, Optional.of(shown + "; commands on this machine find it in " + file));
    } catch (IOException e) {
      return new Found(
          token, Optional.of(shown + "; it holds until this tracker ends: " + e.getMessage()));
    }
  }

  /** Whether {@code given} is the token; takes the same time wherever the first difference is. */
  boolean is(String given) {
    return MessageDigest.isEqual(sha256, GivenSecret.hash(given));
  }

  private String hex() {
    return HexFormat.of().formatHex(sha256);
  }

  private static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IOException("cannot read " + file + " (" + reason(e) + "); who may?", e);
    }
  }

  /** All of it or nothing, and never readable by others, not for a moment. */
  private static void write(Path file, String line) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      try (FileChannel out =
          FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        closeToOthers(fresh);
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IOException("cannot write " + file + " (" + reason(e) + ")", e);
    }
  }

  /** Where the file system knows of owners. */
  private static void closeToOthers(Path file) throws IOException {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null && !view.readAttributes().permissions().equals(OWNER_ONLY)) {
      view.setPermissions(OWNER_ONLY);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return String.valueOf(system.getReason());
    }
    return switch (e) {
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      case java.nio.charset.CharacterCodingException _ -> "it is no text";
      default -> String.valueOf(e.getMessage());
    };
  }
}
