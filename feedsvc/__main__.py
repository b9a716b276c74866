"""`python -m feedsvc` is the command `feedsvc`."""

import atexit
import gc


def run() -> None:
    """The command `feedsvc`. Its modules are loaded with few searches for garbage, and not searched at the end: a third
    of the time of a short command would be spent on that."""
    gc.set_threshold(MANY)
    atexit.register(gc.freeze)
    from feedsvc.service.cli.main import main

    main()


MANY = 50_000
"""New objects between two searches for garbage."""

if __name__ == "__main__":
    run()
