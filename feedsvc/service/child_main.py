"""Runs the program of a child process: `python -m feedsvc.service.child_main MODULE …` calls `main` of the module.

Garbage is not searched for while modules are loaded. They consist of a hundred thousand objects, nearly all of which
stay, and the search takes a tenth of the time to load them.
"""

import gc
import sys
from importlib import import_module


def main() -> None:
    gc.disable()
    module = import_module(sys.argv.pop(1))
    gc.freeze()  # the objects of the program itself need not be searched for garbage again and again
    gc.enable()
    module.main()


if __name__ == "__main__":
    main()
