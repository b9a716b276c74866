"""The configuration read anew for a service that runs: in a process of its own, so that its parent stays small."""

import logging
import sys
from pathlib import Path

from feedsvc.config import ConfigError, load
from feedsvc.formats import FORMATS
from feedsvc.service.settings_handover import read_settings, write_settings

log = logging.getLogger(__name__)


def main() -> None:
    """What the parent starts: the arguments are the file, and the descriptors of the settings before and after.

    Ends with 1 where the file cannot be used, having told all that is wrong with it.
    """
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    file, before, after = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    try:
        settings = load(file, FORMATS)
    except ConfigError as error:
        log.error("%s", error)  # noqa: TRY400 - says it all
        sys.exit(1)
    if settings.server != read_settings(before).server:
        log.warning("%s: what [server] says counts from the next restart", file)
    write_settings(settings, after)


if __name__ == "__main__":
    main()
