package dev.skep.agent.webseed;

import dev.skep.agent.discovery.ConnectionFailures;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;

/** A web server does not give what it was asked for; the message says what it did, for people. */
final class WebTrouble extends Exception {
  private static final long serialVersionUID = 1L;

  /** What that means for what may be asked of it. */
  enum Kind {
    /** It may give it later. */
    PASSES,
    /** It has not this file, or another under its name. */
    FILE,
    /** It has other data than the torrent's in this piece. */
    PIECE,
    /** All that is missing is what it has not. */
    USELESS,
    /** It gives whole files only. */
    NO_RANGES,
    /** It is of no use, or lies. */
    SERVER
  }

  private final Kind kind;
  private final Duration wait;
  private final int which;

  private WebTrouble(Kind kind, String what, Duration wait) {
    this(kind, what, wait, -1);
  }

  private WebTrouble(Kind kind, String what, Duration wait, int which) {
    // Strangers cause these at will: a stack trace would only cost time.
    super(what, null, false, false);
    this.kind = kind;
    this.wait = wait;
    this.which = which;
  }

  static WebTrouble passes(String what) {
    return passes(what, Duration.ZERO);
  }

  /** There is no connection, or it broke. */
  static WebTrouble of(IOException e) {
    return passes(inWords(e));
  }

  /** Java's client has words of its own for what servers do. */
  private static String inWords(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("received no bytes")) {
      return "closed the connection without an answer";
    }
    if (message.contains("content-length") || message.contains("chunked transfer encoding")) {
      return "ended its answer before it was whole";
    }
    return e instanceof ProtocolException
        ? "does not speak HTTP"
        : "cannot be reached (" + ConnectionFailures.inWords(e) + ")";
  }

  /**
   * The server is not to be asked for a while.
   *
   * @param wait as it says; zero if it says nothing
   */
  static WebTrouble passes(String what, Duration wait) {
    return new WebTrouble(Kind.PASSES, what, wait);
  }

  /**
   * A file is not to be had there.
   *
   * @param file its index among those that can be asked for
   */
  static WebTrouble ofFile(int file, String what) {
    return new WebTrouble(Kind.FILE, what, Duration.ZERO, file);
  }

  static WebTrouble noRanges() {
    return new WebTrouble(Kind.NO_RANGES, "gives whole files only", Duration.ZERO);
  }

  static WebTrouble ofPiece(int piece, String what) {
    return new WebTrouble(Kind.PIECE, what, Duration.ZERO, piece);
  }

  static WebTrouble useless(String what) {
    return new WebTrouble(Kind.USELESS, what, Duration.ZERO);
  }

  static WebTrouble ofServer(String what) {
    return new WebTrouble(Kind.SERVER, what, Duration.ZERO);
  }

  Kind kind() {
    return kind;
  }

  /** Which file or piece it is about, if it is about one. */
  int which() {
    return which;
  }

  Duration waitAsked() {
    return wait;
  }

  String what() {
    return String.valueOf(getMessage());
  }
}
