"""Runs a command in a pseudo-terminal and copies what it prints: pseudo_terminal.py COLUMNS INTERRUPT_AFTER COMMAND...

INTERRUPT_AFTER is a text: when the command has printed it, Ctrl-C is pressed; empty for never. The last line tells
how the command ended.
"""

import fcntl
import os
import pty
import struct
import sys
import termios

columns, interrupt_after, command = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvp(command[0], command)

printed = b""
pressed = False
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # Linux's way to say that the other end is closed.
        break
    if not data:
        break
    printed += data
    if interrupt_after and not pressed and interrupt_after in printed:
        pressed = True
        os.write(terminal, b"\x03")
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(printed)
print(f"\nended: {os.waitstatus_to_exitcode(status)}")
