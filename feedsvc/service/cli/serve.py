"""`feedsvc serve`: regenerates, keeps the schedule, and serves."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.service.cli.common import WRONG_USE, echo, fail, load, with_config

if TYPE_CHECKING:
    from feedsvc.config import Config


@click.command(short_help="Publish on the schedule, and serve: the main job.")
@with_config
@click.option("--host", help="Address to listen on, instead of [server] host.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of [server] port.")
@click.option("--workers", type=click.IntRange(1), help="Number of serving processes, instead of [server] workers.")
@click.option("--log-requests", is_flag=True, help="Log each request (or set FEEDSVC_LOG_REQUESTS=1).")
@click.option("--preview", is_flag=True, help="Show drafts and stories of the future too, on this machine alone.")
def serve(
    config: Path, host: str | None, port: int | None, workers: int | None, *, log_requests: bool, preview: bool
) -> None:
    """Regenerate, keep the schedule, and serve."""
    from feedsvc.service.early_start import started_early
    from feedsvc.service.supervisor import exec_supervisor, hold_signals

    if log_requests:
        os.environ["FEEDSVC_LOG_REQUESTS"] = "1"  # the processes that serve inherit it
    with started_early() as early:
        hold_signals()  # only now, since the process would inherit it
        settings = load(config)
        from feedsvc.service.greeting import greeting
        from feedsvc.service.settings_handover import hand_over

        host, port = host or ("127.0.0.1" if preview else settings.server.host), port or settings.server.port
        if preview:
            settings = _preview_of(settings, host, port)
        _check_libraries(settings)
        listener = _listen(host, port)
        for line in greeting(settings, host, port):
            echo(line)
        descriptors = (hand_over(settings), listener)
        if early:
            early.hand_over(*descriptors)
        adopted = early.inherited if early else None
        exec_supervisor(descriptors, workers or settings.server.workers, adopted, config, _roles(settings))


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _listen(host: str, port: int) -> int:
    """The descriptor of the listening socket. Exits with WRONG_USE if the address is taken."""
    from feedsvc.service.listening import listen

    try:
        return listen(host, port).detach()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        fail(
            f"cannot listen on {_address(host, port)}: {reason}; "
            "stop the program that uses it, or choose another --host or --port",
            WRONG_USE,
        )


def _roles(settings: "Config") -> list[str]:
    """The kinds of processes that this node needs in addition to the serving processes."""
    from feedsvc.service.supervisor import ALARMS, DELIVERS, FOLLOWS, PUBLISHES, PURGES, PUSHES

    wanted = {
        PUBLISHES: True,
        DELIVERS: bool(settings.publish),
        PURGES: bool(settings.purge),
        PUSHES: settings.push.is_on,
        ALARMS: settings.has_alarms,
    }
    roles = [role for role, is_wanted in wanted.items() if is_wanted and settings.server.publish]
    return [*roles, *[FOLLOWS] * bool(settings.state.url)]


def _check_libraries(settings: "Config") -> None:
    """Exits with WRONG_USE if a library is not installed that the configuration needs."""
    if settings.state.url:
        _check_driver(settings)
    if settings.articles.bucket and settings.server.publish:
        _check_bucket(settings)


def _check_driver(settings: "Config") -> None:
    """Exits with WRONG_USE if the driver of PostgreSQL is not installed."""
    from feedsvc.service.stores import check_driver
    from feedsvc.store.errors import StoreError

    try:
        check_driver(settings)
    except StoreError as error:
        fail(str(error), WRONG_USE)


def _check_bucket(settings: "Config") -> None:
    """Exits with WRONG_USE if the library that reads buckets is not installed."""
    from feedsvc.web.export.bucket import Bucket
    from feedsvc.web.export.disk import StaticError

    try:
        Bucket(settings.articles.bucket)
    except StaticError as error:
        fail(f"[articles] path: {error}", WRONG_USE)


def _preview_of(settings: "Config", host: str, port: int) -> "Config":
    """The settings of a preview at this address. Exits with WRONG_USE if `host` can be reached from other machines."""
    from feedsvc.service.preview import preview_of
    from feedsvc.web.hosts import is_loopback

    if not is_loopback(f"[{host}]" if ":" in host else host):
        fail(f"a preview shows what is not published, so not on {host}; leave --host out", WRONG_USE)
    return preview_of(settings, f"http://{_address(host, port)}")
