"""microburst with its dice seeded: `seeded_microburst.py SEED [microburst's own arguments]`."""

import random
import sys

from microburst.cli import main

random.seed(int(sys.argv.pop(1)))
main()
