"""`feedsvc read`: shows how one file is understood."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.service.cli.common import DONE, PROBLEMS, echo, load, show, show_list, with_config

if TYPE_CHECKING:
    from feedsvc.readers import Explanation


@click.command(short_help="Show how a file is understood.")
@with_config
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def read(config: Path, file: Path, *, as_json: bool) -> None:
    """Show FILE as it is understood: each field and where it comes from, and what was left out and why."""
    settings = load(config)
    from feedsvc.model.reader import Unreadable
    from feedsvc.service.file_reading import explain_file

    try:
        found = explain_file(settings, file.absolute())
    except Unreadable as error:
        show([error.problem(str(file))])
        sys.exit(PROBLEMS)
    if as_json:
        import msgspec

        echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        _show_reading(found)
        show(found.problems)
    sys.exit(PROBLEMS if found.problems else DONE)


def _show_reading(found: "Explanation") -> None:
    echo(f"{found.path}: {found.kind}")
    for field in found.fields:
        echo(f"  {field.name:<12} {field.value}  [{field.origin}]")
    show_list("left out", tuple(f"{removal.text}  [{removal.reason}]" for removal in found.removed))
    show_list("guessed", found.guesses)
    echo(f"\ntext ({found.markup}, {len(found.text):,} characters)\n{found.text}")
