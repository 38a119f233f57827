package dev.skep.agent.discovery;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Why a connection failed, in words: no class names, no numbers of the system's. */
public final class ConnectionFailures {
  private ConnectionFailures() {}

  /** What to tell a person who does not know Java. */
  public static String inWords(IOException e) {
    return switch (e) {
      case UnknownHostException _ -> "unknown host";
      case SocketTimeoutException _ -> "no answer in time";
      case NoRouteToHostException _ -> "no way to that host";
      case ConnectException refused when mentions(refused, "timed out") -> "no answer in time";
      case ConnectException refused when mentions(refused, "unreachable") ->
          "the network is unreachable";
      case ConnectException _ -> "connection refused";
      case SSLException tls -> ofTls(tls);
      case EOFException eof when eof.getMessage() == null -> "the connection was closed";
      default -> ofMessage(e);
    };
  }

  private static String ofMessage(IOException e) {
    String message = e.getMessage() == null ? "the connection failed" : e.getMessage();
    // Wrapped exceptions put the class of what they wrap before its message.
    message = message.replaceAll("\\b([a-z]+\\.)+[A-Z]\\w*(: )?", "");
    return message.isBlank()
        ? "the connection failed"
        : lowerFirst(StrangersWords.inOneLine(message));
  }

  private static String lowerFirst(String text) {
    boolean word = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return word ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
  }

  private static String ofTls(SSLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException _ -> {
          return "its certificate has expired";
        }
        case CertificateNotYetValidException _ -> {
          return "its certificate is not valid yet; is this machine's clock right?";
        }
        case CertPathBuilderException _, CertPathValidatorException _ -> {
          return "its certificate is signed by nobody whom this machine trusts";
        }
        case CertificateException named when mentions(named, "subject alternative", "No name") -> {
          return "its certificate is for another name";
        }
        default -> {}
      }
    }
    if (mentions(e, "plaintext", "Unrecognized SSL message", "Unsupported or unrecognized")) {
      return "it does not speak TLS; is it http instead of https?";
    }
    if (mentions(e, "terminated the handshake", "closed during handshake")) {
      return "it ended the TLS handshake";
    }
    if (mentions(e, "protocol_version", "handshake_failure", "No appropriate protocol")) {
      return "no version or cipher of TLS that both sides know";
    }
    return "TLS failed: " + ofMessage(e);
  }

  private static boolean mentions(Throwable e, String... any) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    for (String each : any) {
      if (message.contains(each)) {
        return true;
      }
    }
    return false;
  }
}
