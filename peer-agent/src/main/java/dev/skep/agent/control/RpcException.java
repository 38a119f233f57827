package dev.skep.agent.control;

import java.util.Optional;

/** A call that failed. The words are those of Transmission where it has some for the case. */
final class RpcException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Kinds of failures, with JSON-RPC's codes and those of Transmission 4.1. */
  enum Kind {
    PARSE_ERROR(-32700, "Parse error"),
    INVALID_REQUEST(-32600, "Invalid Request"),
    METHOD_NOT_FOUND(-32601, "Method not found"),
    INVALID_PARAMS(-32602, "Invalid params"),
    INTERNAL_ERROR(-32603, "Internal error"),
    INVALID_TRACKER_LIST(2, "Invalid tracker list"),
    PATH_NOT_ABSOLUTE(3, "path is not absolute"),
    UNRECOGNIZED_INFO(4, "unrecognized info"),
    SYSTEM_ERROR(5, "system error"),
    FILE_OUT_OF_RANGE(6, "file index out of range"),
    HTTP_ERROR(8, "HTTP error from backend service"),
    CORRUPT_TORRENT(9, "invalid or corrupt torrent file");

    private final int code;
    private final String words;

    Kind(int code, String words) {
      this.code = code;
      this.words = words;
    }

    int code() {
      return code;
    }

    /** In JSON-RPC. */
    String words() {
      return words;
    }
  }

  private final transient Kind kind;
  private final boolean detailed;

  /** Said in the kind's own words. */
  RpcException(Kind kind) {
    super(kind.words);
    this.kind = kind;
    this.detailed = false;
  }

  /**
   * Said in other words.
   *
   * @param words the legacy dialect's {@code result}
   */
  RpcException(Kind kind, String words) {
    super(words);
    this.kind = kind;
    this.detailed = true;
  }

  Kind kind() {
    return kind;
  }

  String words() {
    return String.valueOf(getMessage());
  }

  /** What is to be said besides the kind's own words. */
  Optional<String> detail() {
    return detailed ? Optional.of(words()) : Optional.empty();
  }
}
