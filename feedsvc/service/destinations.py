"""The destinations of a configuration: the function that writes each, and the delivery that keeps it up to date."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from threading import Event

from feedsvc.config import Config, PublishTable
from feedsvc.config.value_types import STORE_SCHEME
from feedsvc.model.problem import Problem
from feedsvc.service.delivery import Delivery, Write
from feedsvc.service.file_export import send_objects, write_files
from feedsvc.service.publishing_here import publishes_here
from feedsvc.service.stores import edition_folder, open_ledger
from feedsvc.store.transaction import Transaction
from feedsvc.web.export import Written


def deliveries_of(settings: Config, stop: Event) -> list[Delivery]:
    """The deliveries that keep the destinations up to date until `stop` is set, while this node publishes."""
    return [_delivery(settings, each, stop, partial(publishes_here, settings)) for each in settings.publish]


def _delivery(
    settings: Config, table: PublishTable, stop: Event, is_ours: Callable[[Transaction], bool] = lambda _any: True
) -> Delivery:
    folder, ledger = edition_folder(settings), partial(open_ledger, settings)
    place = None if is_bucket(table.to) else Path(table.to)
    return Delivery(table.to, folder, writer(settings, table), stop, ledger, is_ours, place)


def deliver_once(settings: Config) -> Mapping[str, Written | Problem]:
    """The outcome at each destination, by name: what was written, or the problem; empty before a first Edition."""
    deliveries = [_delivery(settings, each, Event()) for each in settings.publish]
    found = {each.name: each.attempt().outcome for each in deliveries}
    return {name: outcome for name, outcome in found.items() if outcome is not None}


def problems_apart(problems: Iterable[Problem], names: Collection[str]) -> Iterator[Problem]:
    """The problems that do not concern one of the destinations `names`, whose problems are known anew."""
    for each in problems:
        if not any(each.place == name or each.place.startswith(f"{name}/") for name in names):
            yield each


def writer(settings: Config, table: PublishTable) -> Write:
    """The function that writes the current Edition to the destination of `table`."""
    if is_bucket(table.to):
        return partial(send_objects, settings, table)
    return partial(write_files, settings, Path(table.to))


def is_bucket(to: str) -> bool:
    """True for the name of a bucket, False for a folder."""
    return to.startswith(STORE_SCHEME)
