package dev.skep.agent.webseed;

import dev.skep.agent.discovery.TrackerUrl;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An HTTP address, read leniently: people write spaces and letters beyond ASCII into them.
 *
 * @param uri without credentials, everything escaped that has to be (RFC 3986)
 * @param basic the value of an Authorization header, if the address has user and password; told to
 *     its server and shown to nobody
 */
record WebAddress(URI uri, Optional<String> basic) {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNRESERVED = "-._~";

  /**
   * Reads one.
   *
   * @throws WebTrouble if no web server can be asked by it
   */
  static WebAddress parse(String text) throws WebTrouble {
    String url = text.strip();
    int colon = url.indexOf("://");
    String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw unusable("does not begin with http:// or https://");
    }
    String rest = url.substring(colon + 3);
    int end = 0;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = rest.substring(0, end);
    int at = authority.lastIndexOf('@');
    String target = escapedTarget(rest.substring(end));
    try {
      String path = target.startsWith("/") ? target : "/" + target;
      URI uri = URI.create(scheme + "://" + ascii(authority.substring(at + 1)) + path);
      if (uri.getHost() == null) {
        throw unusable("names no host");
      }
      return new WebAddress(
          uri, at < 0 ? Optional.empty() : Optional.of(basic(authority.substring(0, at))));
    } catch (IllegalArgumentException e) {
      throw unusable("is no URL");
    }
  }

  private static WebTrouble unusable(String why) {
    return WebTrouble.ofServer("cannot be asked: its address " + why);
  }

  private static String ascii(String hostAndPort) {
    return hostAndPort.startsWith("[") ? hostAndPort : TrackerUrl.ascii(hostAndPort);
  }

  private static String escapedTarget(String target) {
    int fragment = target.indexOf('#');
    return TrackerUrl.escaped(fragment < 0 ? target : target.substring(0, fragment));
  }

  private static String basic(String credentials) {
    byte[] plain = TrackerUrl.unescaped(credentials).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(plain);
  }

  /** Whether it can only be a folder's. */
  boolean endsInSlash() {
    return uri.getRawPath().endsWith("/") && uri.getRawQuery() == null;
  }

  /**
   * What lies below it.
   *
   * @param names of folders and a file, as the torrent has them
   */
  WebAddress below(List<String> names) {
    StringBuilder all = new StringBuilder(uri.toString());
    if (!endsInSlash()) {
      all.append('/');
    }
    for (int i = 0; i < names.size(); i++) {
      escape(names.get(i), i == 0 ? all : all.append('/'));
    }
    return new WebAddress(URI.create(all.toString()), basic);
  }

  /** Every byte that may mean something else goes as its number (RFC 3986, 2.3). */
  private static void escape(String name, StringBuilder out) {
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
      if (plain || UNRESERVED.indexOf(b) >= 0) {
        out.append((char) b);
      } else {
        out.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
      }
    }
  }

  /**
   * Where a redirection leads. Credentials go along to the same host only, and nothing leads from
   * an encrypted connection to a plain one.
   *
   * @param location as the server has it
   * @throws WebTrouble if nobody can be asked there
   */
  WebAddress redirected(String location) throws WebTrouble {
    WebAddress there = resolved(location);
    if (uri.getScheme().equals("https") && !there.uri.getScheme().equals("https")) {
      throw WebTrouble.ofServer("redirects from https to http");
    }
    boolean same = there.uri.getHost().equalsIgnoreCase(uri.getHost()) && there.port() == port();
    return there.basic.isPresent() || !same ? there : new WebAddress(there.uri, basic);
  }

  private WebAddress resolved(String location) throws WebTrouble {
    String to = location.strip();
    if (to.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      return parse(to);
    }
    if (to.startsWith("//")) {
      return parse(uri.getScheme() + ":" + to);
    }
    try {
      return new WebAddress(uri.resolve(escapedTarget(to)), Optional.empty());
    } catch (IllegalArgumentException e) {
      throw WebTrouble.ofServer("redirects to what is no URL");
    }
  }

  /** Its own, or what its scheme has. */
  int port() {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equals("https") ? 443 : 80;
  }

  /** For people: without credentials. */
  @Override
  public String toString() {
    return uri.toString();
  }
}
