"""A person at a terminal: types into a shell of its own, and prints all that the terminal shows.

    terminal.py STEP...

A STEP is 'type TEXT', with \\n for Enter and \\x1a for Ctrl-Z, or 'see TEXT', which is waited for in what came
since the last that was seen. Ends with status 1 where something is not seen within a minute.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE_SECONDS = 60

shell, terminal = pty.fork()
if shell == 0:
    os.environ["PS1"] = "prompt> "
    os.environ["TERM"] = "xterm"
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
shown = b""
seen = 0


def see(text):
    global shown, seen
    end = time.monotonic() + PATIENCE_SECONDS
    while text not in shown[seen:]:
        if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
            return False
        shown += os.read(terminal, 65536)
    seen += shown[seen:].index(text) + len(text)
    return True


status = 0
for step in sys.argv[1:]:
    what, _, text = step.partition(" ")
    data = text.encode().decode("unicode_escape").encode("latin-1")
    if what == "type":
        os.write(terminal, data)
    elif not see(data):
        status = 1
        break
os.close(terminal)  # who still runs hears that its terminal is gone
sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(status)
