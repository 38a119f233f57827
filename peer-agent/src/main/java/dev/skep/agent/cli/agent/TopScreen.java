package dev.skep.agent.cli.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.cli.console.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/** The whole window of a terminal, drawn again and again, and its keys. For one thread. */
final class TopScreen implements AutoCloseable {
  /** What a key does. */
  private enum Action {
    QUIT,
    UP,
    DOWN,
    PAGE_UP,
    PAGE_DOWN,
    OTHER
  }

  private static final AttributedStyle STRONG = AttributedStyle.DEFAULT.bold();

  /** A window that changed its size is drawn anew so soon. */
  private static final long GLANCE_MILLIS = 200;

  private final Terminal terminal;
  private final Attributes before;
  private final Display display;
  private final BindingReader keys;
  private final KeyMap<Action> actions;

  private TopScreen(Terminal terminal) {
    this.terminal = terminal;
    before = terminal.enterRawMode();
    display = new Display(terminal, true);
    keys = new BindingReader(terminal.reader());
    actions = new KeyMap<>();
    actions.setNomatch(Action.OTHER);
    actions.setUnicode(Action.OTHER);
    actions.bind(Action.QUIT, "q", "Q", KeyMap.ctrl('C'), KeyMap.ctrl('D'));
    actions.bind(Action.UP, "k", KeyMap.key(terminal, Capability.key_up), KeyMap.esc() + "[A");
    actions.bind(Action.DOWN, "j", KeyMap.key(terminal, Capability.key_down), KeyMap.esc() + "[B");
    actions.bind(Action.PAGE_UP, KeyMap.key(terminal, Capability.key_ppage));
    actions.bind(Action.PAGE_DOWN, " ", KeyMap.key(terminal, Capability.key_npage));
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.keypad_xmit);
    terminal.puts(Capability.cursor_invisible);
    terminal.flush();
  }

  /**
   * Takes the terminal over, until it is closed.
   *
   * @throws Failure where there is none
   */
  static TopScreen open() throws IOException, Failure {
    Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).encoding(UTF_8).build();
    if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
      terminal.close();
      throw new Failure("top needs a terminal; 'skep agent list' shows the same once");
    }
    return new TopScreen(terminal);
  }

  /** Shows this for so long, and heeds keys; false when somebody wants it to end. */
  boolean show(TopView view, Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (true) {
      draw(view);
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return true;
      }
      if (!heed(view, Math.min(left, GLANCE_MILLIS))) {
        return false;
      }
    }
  }

  private boolean heed(TopView view, long millis) {
    if (keys.peekCharacter(millis) == NonBlockingReader.READ_EXPIRED) {
      return true;
    }
    Action action = keys.readBinding(actions, null, false);
    if (action == null) {
      return keys.peekCharacter(1) != NonBlockingReader.EOF; // the keyboard is gone
    }
    switch (action) {
      case QUIT -> {
        return false;
      }
      case UP -> view.scroll(-1);
      case DOWN -> view.scroll(1);
      case PAGE_UP -> view.scroll(-view.page());
      case PAGE_DOWN -> view.scroll(view.page());
      case OTHER -> {
        String pressed = keys.getLastBinding();
        if (pressed.length() == 1) {
          view.press(pressed.charAt(0));
        }
      }
    }
    return true;
  }

  private void draw(TopView view) {
    Size size = terminal.getSize();
    int columns = size.getColumns() > 0 ? size.getColumns() : 80;
    int rows = size.getRows() > 0 ? size.getRows() : 24;
    display.resize(Size.of(columns, rows));
    List<AttributedString> lines = new ArrayList<>();
    for (TopView.Line line : view.lines(columns, rows)) {
      lines.add(
          line.strong()
              ? new AttributedString(line.text(), STRONG)
              : new AttributedString(line.text()));
    }
    display.update(lines, 0);
  }

  /** Cut to a width in columns, of which some characters take two. */
  static String fit(String text, int columns) {
    AttributedString line = new AttributedString(text);
    return line.columnLength() <= columns
        ? text
        : line.columnSubSequence(0, Math.max(0, columns - 1)) + "…";
  }

  /** The same, filled with spaces. */
  static String pad(String text, int columns) {
    String cut = fit(text, columns);
    return new AttributedStringBuilder()
        .append(cut)
        .append(" ".repeat(Math.max(0, columns - new AttributedString(cut).columnLength())))
        .toString();
  }

  @Override
  public void close() throws IOException {
    terminal.puts(Capability.cursor_visible);
    terminal.puts(Capability.keypad_local);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
    terminal.setAttributes(before);
    terminal.close();
  }
}
