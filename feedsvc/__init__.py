"""feedsvc: stored articles in, section feeds out, on a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def create_app(config: str | Path | None = None) -> Flask:
    """The WSGI application; see `feedsvc.app.create_app`, which is loaded only by those who serve."""
    from feedsvc.service.app import create_app

    return create_app(config)
