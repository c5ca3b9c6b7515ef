"""Names the language of the texts on standard input, a JSON list, with the engine at argv[1]: a process that ends."""

import json
import sys

from cleaning.language import engine

if __name__ == "__main__":
    found = engine(sys.argv[1])(json.load(sys.stdin))
    json.dump([[item.code, item.score, item.alternatives] for item in found], sys.stdout)
