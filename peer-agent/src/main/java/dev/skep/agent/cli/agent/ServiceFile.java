package dev.skep.agent.cli.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What tells a system's keeper of services to run an agent: its name, its place and its text. */
record ServiceFile(Path path, String text, List<String> begin, List<String> end) {
  /** Whoever finds it knows that we may replace or delete it. */
  static final String OURS = "Written by skep agent install";

  /** Where all that a system-wide agent keeps is. */
  static final String SYSTEM_DATA = "/var/lib/skep-agent";

  private static final String NAME = "skep-agent.service";
  private static final String LABEL = "dev.skep.agent";

  /** Whether what is at its place was written so. */
  boolean isOurs() throws IOException {
    return Files.readString(path).contains(OURS);
  }

  /**
   * A unit of the person's own systemd.
   *
   * @param home the person's
   * @param command the launcher and its words
   */
  static ServiceFile ofUser(Path home, List<String> command) {
    return new ServiceFile(
        home.resolve(".config/systemd/user").resolve(NAME),
        unit(
            command,
            """
            NoNewPrivileges=yes
            LockPersonality=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            SystemCallArchitectures=native
            """,
            "default.target"),
        List.of(
            "systemctl --user daemon-reload",
            "systemctl --user enable --now skep-agent",
            "loginctl enable-linger    # to run it while you are not logged in"),
        List.of("systemctl --user disable --now skep-agent"));
  }

  /** A unit of the machine, which runs as a user of its own that exists only while it runs. */
  static ServiceFile ofSystem(List<String> command) {
    return new ServiceFile(
        Path.of("/etc/systemd/system").resolve(NAME),
        unit(
            command,
            """
            DynamicUser=yes
            StateDirectory=skep-agent
            StateDirectoryMode=0755
            NoNewPrivileges=yes
            ProtectSystem=strict
            ProtectHome=yes
            PrivateTmp=yes
            PrivateDevices=yes
            ProtectKernelTunables=yes
            ProtectKernelModules=yes
            ProtectKernelLogs=yes
            ProtectControlGroups=yes
            ProtectClock=yes
            ProtectHostname=yes
            RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
            RestrictNamespaces=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            LockPersonality=yes
            SystemCallArchitectures=native
            CapabilityBoundingSet=
            # It may write only below its own folder; name others here.
            #ReadWritePaths=/srv/images
            """,
            "multi-user.target"),
        List.of("systemctl daemon-reload", "systemctl enable --now skep-agent"),
        List.of("systemctl disable --now skep-agent"));
  }

  private static String unit(List<String> command, String hardening, String target) {
    return """
    # %s.
    [Unit]
    Description=Skep agent: downloads and seeds torrents
    After=network-online.target
    Wants=network-online.target

    [Service]
    Type=notify
    ExecStart=%s
    Restart=on-failure
    RestartSec=5
    TimeoutStopSec=15
    WatchdogSec=60
    LimitNOFILE=65536
    # What a JVM lives with: it makes code while it runs, so not MemoryDenyWriteExecute.
    %s
    [Install]
    WantedBy=%s
    """
        .formatted(
            OURS,
            command.stream().map(ServiceFile::quoted).collect(Collectors.joining(" ")),
            hardening,
            target);
  }

  /** As systemd reads a word of a command. */
  private static String quoted(String word) {
    String escaped =
        word.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%").replace("$", "$$");
    return escaped.matches("[A-Za-z0-9_@%+=:,./-]+") ? escaped : "\"" + escaped + "\"";
  }

  /** A property list of the person's own launchd. */
  static ServiceFile ofMac(Path home, List<String> command) {
    String words =
        command.stream()
            .map(word -> "    <string>" + xml(word) + "</string>")
            .collect(Collectors.joining("\n"));
    Path path = home.resolve("Library/LaunchAgents").resolve(LABEL + ".plist");
    return new ServiceFile(
        path,
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- %s. -->
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">
        <dict>
          <key>Label</key>
          <string>%s</string>
          <key>ProgramArguments</key>
          <array>
        %s
          </array>
          <key>RunAtLoad</key>
          <true/>
          <key>KeepAlive</key>
          <dict>
            <key>SuccessfulExit</key>
            <false/>
          </dict>
        </dict>
        </plist>
        """
            .formatted(OURS, LABEL, words),
        List.of("launchctl load -w " + path),
        List.of("launchctl unload -w " + path));
  }

  private static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
