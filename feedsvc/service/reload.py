"""Reads the configuration again for a running service, in a separate process, so that the supervisor stays small."""

import logging
import sys
from pathlib import Path

from feedsvc.config import ConfigError, load
from feedsvc.service.available_caches import cache_needs
from feedsvc.service.available_formats import formats_in_files, installed_formats
from feedsvc.service.log_setup import log_to_stderr
from feedsvc.service.preview import PreviewConfig, preview_of
from feedsvc.service.settings_handover import read_settings, write_settings

log = logging.getLogger(__name__)


def main() -> None:
    """The program that the supervisor runs. Its arguments are the configuration file, and the descriptors of the former
    and the new settings.

    Exits with 1 if the file cannot be used, after logging every error in it.
    """
    log_to_stderr()
    file, before, after = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    try:
        settings = load(file, installed_formats(), formats_in_files, cache_needs)
    except ConfigError as error:
        log.error("%s", error)  # noqa: TRY400 - no traceback needed
        sys.exit(1)
    former = read_settings(before)
    if settings.server != former.server:
        log.warning("%s: changes in [server] take effect at the next restart", file)
    if isinstance(former, PreviewConfig):
        settings = preview_of(settings, former.site.url)
    if bool(settings.state.url) != bool(former.state.url):  # the following process starts only with the service
        log.error("%s: [state] url comes or goes with a restart alone; restart the service, or take it back", file)
        sys.exit(1)
    if bool(settings.publish) != bool(former.publish):
        log.warning("%s: the first [[publish]], and the loss of the last, take effect at the next restart", file)
    if settings.purge and not former.purge:
        log.warning("%s: [[purge]] is new; restart the service, until then no cache is purged", file)
    if settings.push.is_on and not former.push.is_on:
        log.warning("%s: [push] is new; restart the service, until then nobody is told anything", file)
    if settings.has_alarms and not former.has_alarms:
        log.warning("%s: the first [[alerts]] or [alive] is new; restart the service, until then nobody is told", file)
    write_settings(settings, after)


if __name__ == "__main__":
    main()
