"""MiniStack with the changes of emulator_changes.py: `changed_ministack.py NODE RUNTIME`."""

import sys

import emulator_changes
from ministack import app

node, runtime = sys.argv[1:]
sys.argv[1:] = []  # MiniStack reads them too.
emulator_changes.apply(node, runtime)
app.main()
