"""Runs a command in a pseudo-terminal and copies what it prints: pseudo_terminal.py COLUMNS TYPED COMMAND...

TYPED is a JSON list of [TEXT, KEYS]: when the command has printed the text, after the one before it, the keys are
pressed; "\\u0003" is Ctrl-C. The last line tells how the command ended.
"""

import fcntl
import json
import os
import pty
import struct
import sys
import termios

columns, typed, command = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvp(command[0], command)

printed = b""
seen = 0
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # Linux's way to say that the other end is closed.
        break
    if not data:
        break
    printed += data
    while typed and (found := printed.find(typed[0][0].encode(), seen)) >= 0:
        text, keys = typed.pop(0)
        seen = found + len(text.encode())
        os.write(terminal, keys.encode())
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(printed)
print(f"\nended: {os.waitstatus_to_exitcode(status)}")
