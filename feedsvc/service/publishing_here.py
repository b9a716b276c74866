"""Tells the other processes of a node whether the node publishes.

Of several nodes that may publish, one does, and it alone writes to other places and pushes. The publishing process
leaves the name under which it holds the lease in the folder of the state; while the store names the same holder, this
node is the one.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from feedsvc.config import Config
from feedsvc.service.settings import now
from feedsvc.store.lease import Lease, probable_holder
from feedsvc.store.transaction import Transaction

_FILE = "publisher"


@contextmanager
def noted(settings: Config, lease: Lease) -> Iterator[None]:
    """Tells the other processes of this node that it publishes under `lease`. Where there is one node, nothing needs
    telling."""
    if not settings.state.url:
        yield
        return
    file = _file(settings)
    with suppress(OSError):  # a full disk must not prevent a publication
        fresh = file.with_suffix(".new")
        fresh.write_text(lease.holder, encoding="utf-8")
        fresh.replace(file)
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()


def publishes_here(settings: Config, transaction: Transaction) -> bool:
    """True if this node publishes, as far as the store of `transaction` tells."""
    if not settings.state.url:
        return True
    try:
        holder = _file(settings).read_text(encoding="utf-8")
    except OSError:
        return False
    return holder != "" and probable_holder(transaction, now()) == holder


def _file(settings: Config) -> Path:
    return settings.state.path / _FILE
