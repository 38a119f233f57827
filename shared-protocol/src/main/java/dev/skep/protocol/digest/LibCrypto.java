package dev.skep.protocol.digest;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The digests of OpenSSL 3, through its functions that need no more than a context in memory of the
 * caller's: SHA1_Init(3), SHA256_Init(3) and their like. Those for any algorithm (EVP) would have
 * to be freed, and read a configuration first.
 */
@SuppressWarnings("restricted") // native calls; without leave for them nobody comes here
record LibCrypto(Algorithm sha1, Algorithm sha256) {
  private static final String FILE = "libcrypto.so.3";

  // FIPS 180-4's own example, "abc".
  private static final String SHA1_OF_ABC = "a9993e364706816aba3e25717850c26c9cd0d89d";
  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  /** SHA_CTX has 96 bytes and SHA256_CTX 112, both aligned to 4. */
  private static final int CONTEXT_LONGS = 16;

  /**
   * Calls without the usual steps from Java to native code and back, and with arrays as arguments;
   * the collector waits meanwhile, so they must be short.
   *
   * <p>One for all functions, since making each takes some milliseconds: those with fewer arguments
   * leave what is in the registers of the rest unread. C does not define that; every calling
   * convention that the linker knows does, since in each of them the caller clears up.
   */
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
              Linker.Option.critical(true));

  /** What this system has; says at DEBUG why if nothing. */
  static Optional<LibCrypto> find() {
    String reason;
    if ("jdk".equals(System.getProperty("skep.digests"))) {
      reason = "asked for by skep.digests";
    } else if (!LibCrypto.class.getModule().isNativeAccessEnabled()) {
      reason = "native calls are not allowed";
    } else {
      try {
        return Optional.of(load());
      } catch (RuntimeException | LinkageError e) {
        reason = e.toString();
      }
    }
    System.getLogger(LibCrypto.class.getName())
        .log(Level.DEBUG, "the JDK hashes, not {0}: {1}", FILE, reason);
    return Optional.empty();
  }

  private static LibCrypto load() {
    SymbolLookup library = SymbolLookup.libraryLookup(FILE, Arena.global());
    var found =
        new LibCrypto(
            Algorithm.in(library, "SHA-1", "SHA1", 20),
            Algorithm.in(library, "SHA-256", "SHA256", 32));
    require(found.sha1, SHA1_OF_ABC);
    require(found.sha256, SHA256_OF_ABC);
    return found;
  }

  private static void require(Algorithm algorithm, String hex) {
    byte[] digest = new SystemDigest(algorithm).digest("abc".getBytes(US_ASCII));
    if (!HexFormat.of().formatHex(digest).equals(hex)) {
      throw new IllegalStateException("its " + algorithm.name + " is wrong");
    }
  }

  /** One algorithm: where its functions are. */
  record Algorithm(
      String name,
      int digestBytes,
      MemorySegment init,
      MemorySegment update,
      MemorySegment finalFunction) {

    private static Algorithm in(SymbolLookup library, String name, String prefix, int digestBytes) {
      return new Algorithm(
          name,
          digestBytes,
          library.findOrThrow(prefix + "_Init"),
          library.findOrThrow(prefix + "_Update"),
          library.findOrThrow(prefix + "_Final"));
    }

    /** Memory for the state of one digest, to be begun. */
    MemorySegment newContext() {
      return MemorySegment.ofArray(new long[CONTEXT_LONGS]);
    }

    void begin(MemorySegment context) {
      call(init, context, MemorySegment.NULL, 0);
    }

    /** Takes bytes. Never a mapped file's: if it became shorter, the process would be killed. */
    void update(MemorySegment context, MemorySegment data) {
      call(update, context, data, data.byteSize());
    }

    void end(MemorySegment context, MemorySegment digest) {
      call(finalFunction, digest, context, 0);
    }

    private void call(
        MemorySegment function, MemorySegment first, MemorySegment second, long third) {
      int success;
      try {
        success = (int) CALL.invokeExact(function, first, second, third);
      } catch (Throwable e) {
        throw new AssertionError("a native call throws nothing", e);
      }
      if (success != 1) {
        throw new IllegalStateException(FILE + " refused " + name);
      }
    }
  }
}
