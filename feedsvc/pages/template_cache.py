"""Caches compiled templates beside Python's own compiled modules: compiling them takes longer than rendering a page."""

import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import jinja2
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class TemplateCache(BytecodeCache):
    """Compiled templates in the bytecode folder of `package`, separate for each version of Jinja and each syntax.

    If that folder cannot be read or written, or if `PYTHONDONTWRITEBYTECODE` is set, templates are compiled in each
    process, as modules are.
    """

    def __init__(self, package: Path) -> None:
        self._folder = package / "__pycache__"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Loads the compiled form of the same source; nothing if it is missing or damaged."""
        try:
            with self._path(bucket).open("rb") as file:
                bucket.load_bytecode(file)
        except Exception:  # noqa: BLE001 - a damaged file can raise anything, and the template can be compiled again
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Writes the compiled form, if that is allowed."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                self._write(bucket)

    def _write(self, bucket: Bucket) -> None:
        """Writes a temporary file and renames it, so that no other process reads a partial one. Raises OSError."""
        self._folder.mkdir(exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            aside = Path(file.name)
            try:
                bucket.write_bytecode(file)
                file.close()
                aside.replace(self._path(bucket))
            except BaseException:
                aside.unlink(missing_ok=True)
                raise

    def _path(self, bucket: Bucket) -> Path:
        made = bucket.environment
        syntax = (jinja2.__version__, made.autoescape, made.trim_blocks, made.lstrip_blocks)
        kind = sha256(repr((bucket.key, syntax)).encode()).hexdigest()[:20]
        return self._folder / f"{kind}.{sys.implementation.cache_tag}.template"
