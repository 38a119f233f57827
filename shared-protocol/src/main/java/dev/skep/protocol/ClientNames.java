package dev.skep.protocol;

import static java.util.Map.entry;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Which program a peer id names (BEP 20). Only for display: anyone may claim any name. */
final class ClientNames {
  private static final Map<String, String> AZUREUS_STYLE =
      Map.ofEntries(
          entry("7T", "aTorrent"),
          entry("A2", "aria2"),
          entry("AG", "Ares"),
          entry("A~", "Ares"),
          entry("AR", "Arctic"),
          entry("AV", "Avicora"),
          entry("AX", "BitPump"),
          entry("AZ", "Azureus"),
          entry("BB", "BitBuddy"),
          entry("BC", "BitComet"),
          entry("BF", "Bitflu"),
          entry("BG", "BTG"),
          entry("BI", "BiglyBT"),
          entry("BR", "BitRocket"),
          entry("BS", "BTSlave"),
          entry("BT", "BitTorrent"),
          entry("BX", "BittorrentX"),
          entry("CD", "Enhanced CTorrent"),
          entry("CT", "CTorrent"),
          entry("DE", "Deluge"),
          entry("DP", "Propagate Data Client"),
          entry("EB", "EBit"),
          entry("ES", "electric sheep"),
          entry("FC", "FileCroc"),
          entry("FD", "Free Download Manager"),
          entry("FG", "FlashGet"),
          entry("FT", "FoxTorrent"),
          entry("FW", "FrostWire"),
          entry("FX", "Freebox BitTorrent"),
          entry("GS", "GSTorrent"),
          entry("GT", "anacrolix/torrent"),
          entry("HL", "Halite"),
          entry("HN", "Hydranode"),
          entry("KE", "Skep"), // our own: no other list has these letters
          entry("KG", "KGet"),
          entry("KT", "KTorrent"),
          entry("LH", "LH-ABC"),
          entry("LP", "Lphant"),
          entry("LT", "libtorrent (Rasterbar)"),
          entry("lt", "rTorrent"),
          entry("LW", "LimeWire"),
          entry("MO", "MonoTorrent"),
          entry("MP", "MooPolice"),
          entry("MR", "Miro"),
          entry("MT", "MoonlightTorrent"),
          entry("NX", "Net Transport"),
          entry("PD", "Pando"),
          entry("PI", "PicoTorrent"),
          entry("qB", "qBittorrent"),
          entry("QD", "QQDownload"),
          entry("QT", "Qt 4 Torrent example"),
          entry("rQ", "rqbit"),
          entry("RT", "Retriever"),
          entry("S~", "Shareaza alpha"),
          entry("SB", "Swiftbit"),
          entry("SK", "spark"),
          entry("SS", "SwarmScope"),
          entry("ST", "SymTorrent"),
          entry("st", "sharktorrent"),
          entry("SZ", "Shareaza"),
          entry("TL", "Tribler"),
          entry("TN", "TorrentDotNET"),
          entry("TR", "Transmission"),
          entry("TS", "Torrentstorm"),
          entry("TT", "TuoTu"),
          entry("UL", "uLeecher!"),
          entry("UM", "µTorrent Mac"),
          entry("UT", "µTorrent"),
          entry("UW", "µTorrent Web"),
          entry("VG", "Vagaa"),
          entry("WD", "WebTorrent Desktop"),
          entry("WT", "BitLet"),
          entry("WW", "WebTorrent"),
          entry("WY", "FireTorrent"),
          entry("XF", "Xfplay"),
          entry("XL", "Xunlei"),
          entry("XT", "XanTorrent"),
          entry("XX", "Xtorrent"),
          entry("ZT", "ZipTorrent"));

  private static final Map<Character, String> SHADOW_STYLE =
      Map.of(
          'A', "ABC",
          'M', "Mainline",
          'O', "Osprey Permaseed",
          'Q', "BTQueue",
          'R', "Tribler",
          'S', "Shad0w",
          'T', "BitTornado",
          'U', "UPnP NAT BitTorrent");

  private ClientNames() {}

  static Optional<String> of(PeerId id) {
    String text = new String(id.toBytes(), StandardCharsets.ISO_8859_1);
    if (text.charAt(0) == '-') {
      return azureusStyle(text);
    }
    if (text.startsWith("exbc") || text.startsWith("FUTB")) {
      String name = text.startsWith("LORD", 6) ? "BitLord" : "BitComet";
      return Optional.of("%s %d.%02d".formatted(name, (int) text.charAt(4), (int) text.charAt(5)));
    }
    if (text.startsWith("XBT") && digits(text, 3, 6)) {
      return Optional.of("XBT Client " + dotted(text.substring(3, 6)));
    }
    if (text.startsWith("OP") && digits(text, 2, 6)) {
      return Optional.of("Opera (build " + text.substring(2, 6) + ")");
    }
    return shadowStyle(text);
  }

  static String program(String letters) {
    return AZUREUS_STYLE.getOrDefault(letters, letters);
  }

  /** {@code -qB4520-…}: two letters and four characters of version. */
  private static Optional<String> azureusStyle(String text) {
    if (text.startsWith("-ML")) {
      int end = text.indexOf('-', 3);
      return Optional.of(
          end > 3 && printable(text, 3, end) ? "MLdonkey " + text.substring(3, end) : "MLdonkey");
    }
    String code = text.substring(1, 3);
    String name = AZUREUS_STYLE.get(code);
    if (name == null && (text.charAt(7) != '-' || !alphanumeric(text, 1, 7))) {
      return Optional.empty();
    }
    String version = text.substring(3, 7);
    String shown = name == null ? code : name;
    return Optional.of(
        alphanumeric(text, 3, 7) ? shown + " " + azureusVersion(code, version) : shown);
  }

  private static String azureusVersion(String code, String version) {
    if (code.equals("TR")) {
      // Transmission: -TR3000- is 3.00, -TR40A0- is 4.0.10
      return version.charAt(0) < '4'
          ? version.charAt(0) + "." + version.substring(1, 3)
          : dotted(version.substring(0, 3));
    }
    return dotted(version.endsWith("0") ? version.substring(0, 3) : version);
  }

  /** {@code S58B-----}, {@code M7-2-0--}: a letter, then the version up to dashes. */
  private static Optional<String> shadowStyle(String text) {
    String name = SHADOW_STYLE.get(text.charAt(0));
    if (name == null) {
      return Optional.empty();
    }
    if (text.charAt(0) == 'M' || text.charAt(0) == 'Q') {
      return mainlineStyle(text, text.charAt(0) == 'Q' ? "Queen Bee" : name);
    }
    int end = 1;
    while (end < 6 && alphanumeric(text, end, end + 1)) {
      end++;
    }
    boolean padded = end > 1 && text.startsWith("---", 6);
    return padded ? Optional.of(name + " " + dotted(text.substring(1, end))) : Optional.empty();
  }

  private static Optional<String> mainlineStyle(String text, String name) {
    int end = text.indexOf("--");
    if (end < 6 || end > 9) {
      return Optional.empty();
    }
    String version = text.substring(1, end).replace('-', '.');
    boolean numbers = version.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    return numbers ? Optional.of(name + " " + version) : Optional.empty();
  }

  /** {@code 45A} becomes {@code 4.5.10}: letters stand for numbers above nine. */
  private static String dotted(String version) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < version.length(); i++) {
      text.append(i == 0 ? "" : ".").append(Character.digit(version.charAt(i), 36));
    }
    return text.toString();
  }

  private static boolean digits(String text, int from, int to) {
    return text.substring(from, to).chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean alphanumeric(String text, int from, int to) {
    return text.substring(from, to)
        .chars()
        .allMatch(c -> (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
  }

  private static boolean printable(String text, int from, int to) {
    return text.substring(from, to).chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }
}
