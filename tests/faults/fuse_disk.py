"""A file system that shows another folder, and fails on demand: FUSE's protocol (linux/fuse.h, version 7.31), spoken by
this program itself, so that it needs /dev/fuse and the right to mount, and no library.

    fuse_disk.py FOLDER MOUNT_POINT ORDERS

The file ORDERS says how it fails, and is read before each operation: "EIO", "ENOSPC" or another error for all of
them, "EIO write fsync" for these alone, "hang" until the file changes, "slow 0.05" for seconds before each; empty: not
at all.
"""

# ruff: noqa: PTH101, PTH102, PTH104, PTH106, PTH108, PTH115, PTH116, PTH118, PTH211

import contextlib
import errno
import os
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

IN, OUT, OPENED = struct.Struct("<IIQQIIII"), struct.Struct("<IiQ"), struct.Struct("<QIi")
ATTRIBUTES, ENTRY, VALID = struct.Struct("<6Q10I"), struct.Struct("<4Q2I"), struct.Struct("<QII")
SET, TRANSFER, ENTRY_OF_FOLDER = struct.Struct("<IIQQQQQQIIIIIII"), struct.Struct("<QQIIQII"), struct.Struct("<QQII")
LARGEST = 2**17
FOR_LONG = 0.1
"""Seconds for which the system may remember names and attributes."""
WITHOUT_ANSWER = (2, 42)
NAMES = {
    1: "lookup", 2: "forget", 3: "getattr", 4: "setattr", 5: "readlink", 6: "symlink", 9: "mkdir", 10: "unlink",
    11: "rmdir", 12: "rename", 14: "open", 15: "read", 16: "write", 17: "statfs", 18: "release", 20: "fsync",
    25: "flush", 26: "init", 27: "opendir", 28: "readdir", 29: "release", 30: "fsync", 35: "create", 42: "forget",
    45: "rename2",
}  # fmt: skip
NEVER_FAIL = ("init", "forget", "release")


class Disk:
    """The operations on `folder`. Each takes the number of a file and the arguments, and returns the answer."""

    def __init__(self, folder: str) -> None:
        self._paths = {1: folder}
        self._numbers = {folder: 1}
        self._last = 1

    def number(self, path: str) -> int:
        if path not in self._numbers:
            self._last += 1
            self._numbers[path], self._paths[self._last] = self._last, path
        return self._numbers[path]

    def path(self, node: int, name: bytes = b"") -> str:
        path = self._paths.get(node)
        if path is None:
            raise OSError(errno.ESTALE, "")
        return os.path.join(path, os.fsdecode(name.split(b"\0")[0])) if name else path

    def init(self, _node: int, data: bytes) -> bytes:
        _, minor, ahead, flags = struct.unpack_from("<4I", data)
        wanted = flags & (1 | 1 << 5)  # reads at the same time; writes of more than a page
        return struct.pack("<4IHHIIHHI28x", 7, min(minor, 31), ahead, wanted, 12, 9, LARGEST, 1, 32, 0, 0)

    def lookup(self, node: int, data: bytes) -> bytes:
        return self._entry(self.path(node, data))

    def _entry(self, path: str) -> bytes:
        status = os.lstat(path)
        return ENTRY.pack(self.number(path), 0, 0, 0, *2 * [int(FOR_LONG * 1e9)]) + _attributes(status)

    def getattr(self, node: int, data: bytes) -> bytes:
        flags, _, handle = VALID_OF.unpack_from(data)
        status = os.fstat(handle) if flags & 1 else os.lstat(self.path(node))
        return VALID.pack(0, int(FOR_LONG * 1e9), 0) + _attributes(status)

    def setattr(self, node: int, data: bytes) -> bytes:
        what, _, handle, size, _, atime, mtime, _, atime_ns, mtime_ns, _, mode, _, uid, gid = SET.unpack_from(data)
        place: str | int = handle if what & 1 << 6 else self.path(node)
        if what & 1:
            os.chmod(place, stat.S_IMODE(mode))
        if what & 6:
            os.chown(place, uid if what & 2 else -1, gid if what & 4 else -1)
        if what & 8:
            os.truncate(place, size)
        if what & (1 << 4 | 1 << 5):
            now, was = time.time_ns(), os.stat(place)
            times = (
                _instant(what, 4, 7, now, atime, atime_ns, was.st_atime_ns),
                _instant(what, 5, 8, now, mtime, mtime_ns, was.st_mtime_ns),
            )
            os.utime(place, ns=times)
        return self.getattr(node, VALID_OF.pack(1 if what & 1 << 6 else 0, 0, handle))

    def readlink(self, node: int, _data: bytes) -> bytes:
        return os.fsencode(os.readlink(self.path(node)))

    def symlink(self, node: int, data: bytes) -> bytes:
        name, target = data.split(b"\0")[:2]
        os.symlink(os.fsdecode(target), path := self.path(node, name))
        return self._entry(path)

    def mkdir(self, node: int, data: bytes) -> bytes:
        mode, umask = struct.unpack_from("<II", data)
        os.mkdir(path := self.path(node, data[8:]), mode & ~umask)
        return self._entry(path)

    def unlink(self, node: int, data: bytes) -> bytes:
        os.unlink(path := self.path(node, data))
        self._forget_name(path)
        return b""

    def rmdir(self, node: int, data: bytes) -> bytes:
        os.rmdir(path := self.path(node, data))
        self._forget_name(path)
        return b""

    def _forget_name(self, path: str) -> None:
        self._numbers.pop(path, None)

    def rename(self, node: int, data: bytes) -> bytes:
        return self._rename(node, struct.unpack_from("<Q", data)[0], data[8:])

    def rename2(self, node: int, data: bytes) -> bytes:
        folder, flags = struct.unpack_from("<QI", data)
        if flags:
            raise OSError(errno.EINVAL, "")
        return self._rename(node, folder, data[16:])

    def _rename(self, node: int, folder: int, names: bytes) -> bytes:
        before, after = (self.path(*each) for each in zip((node, folder), names.split(b"\0")[:2], strict=True))
        os.rename(before, after)
        self._forget_name(after)
        for path in [path for path in self._numbers if path == before or path.startswith(f"{before}/")]:
            number, moved = self._numbers.pop(path), after + path[len(before) :]
            self._numbers[moved], self._paths[number] = number, moved
        return b""

    def open(self, node: int, data: bytes) -> bytes:
        flags = struct.unpack_from("<I", data)[0] & ~(os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW)
        return OPENED.pack(os.open(self.path(node), flags), 0, 0)

    def create(self, node: int, data: bytes) -> bytes:
        flags, mode, umask, _ = struct.unpack_from("<4I", data)
        path = self.path(node, data[16:])
        handle = os.open(path, (flags & ~os.O_APPEND) | os.O_CREAT, mode & ~umask & 0o7777)
        return self._entry(path) + OPENED.pack(handle, 0, 0)

    def read(self, _node: int, data: bytes) -> bytes:
        handle, offset, size, *_ = TRANSFER.unpack_from(data)
        return os.pread(handle, size, offset)

    def write(self, _node: int, data: bytes) -> bytes:
        handle, offset, size, *_ = TRANSFER.unpack_from(data)
        return struct.pack("<II", os.pwrite(handle, data[TRANSFER.size : TRANSFER.size + size], offset), 0)

    def statfs(self, node: int, _data: bytes) -> bytes:
        disk = os.statvfs(self.path(node))
        counts = (disk.f_blocks, disk.f_bfree, disk.f_bavail, disk.f_files, disk.f_ffree)
        return struct.pack("<5Q4I24x", *counts, disk.f_bsize, disk.f_namemax, disk.f_frsize, 0)

    def release(self, _node: int, data: bytes) -> bytes:
        if (handle := struct.unpack_from("<Q", data)[0]) > 0:
            os.close(handle)
        return b""

    def fsync(self, _node: int, data: bytes) -> bytes:
        if (handle := struct.unpack_from("<Q", data)[0]) > 0:
            os.fsync(handle)
        return b""

    def flush(self, _node: int, _data: bytes) -> bytes:
        return b""

    def opendir(self, node: int, _data: bytes) -> bytes:
        return OPENED.pack(os.open(self.path(node), os.O_RDONLY | os.O_DIRECTORY), 0, 0)

    def readdir(self, node: int, data: bytes) -> bytes:
        _, offset, size, *_ = TRANSFER.unpack_from(data)
        answer = b""
        with os.scandir(self.path(node)) as found:
            entries = sorted(found, key=lambda entry: entry.name)[offset:]
        for place, entry in enumerate(entries, offset + 1):
            name = os.fsencode(entry.name)
            kind = stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode) >> 12
            one = ENTRY_OF_FOLDER.pack(entry.inode(), place, len(name), kind) + name
            one += bytes(-len(one) % 8)
            if len(answer) + len(one) > size:
                break
            answer += one
        return answer


VALID_OF = struct.Struct("<IIQ")


def _instant(what: int, is_set: int, is_now: int, now: int, seconds: int, rest: int, was: int) -> int:
    if what & 1 << is_now:
        return now
    return seconds * 10**9 + rest if what & 1 << is_set else was


def _attributes(status: os.stat_result) -> bytes:
    times = (status.st_atime_ns, status.st_mtime_ns, status.st_ctime_ns)
    return ATTRIBUTES.pack(
        status.st_ino, status.st_size, status.st_blocks, *(each // 10**9 for each in times),
        *(each % 10**9 for each in times), status.st_mode, status.st_nlink, status.st_uid, status.st_gid,
        status.st_rdev, status.st_blksize, 0,
    )  # fmt: skip


def obey(orders: Path, operation: str) -> None:
    """Waits, or raises OSError, as the file says."""
    while (order := _read(orders)) and operation not in NEVER_FAIL:
        kind, *rest = order
        if kind == "slow":
            time.sleep(float(rest[0]))
        elif kind == "hang":
            time.sleep(0.02)
            continue
        elif not rest or operation in rest:
            raise OSError(getattr(errno, kind), "")
        return


def _read(orders: Path) -> list[str]:
    try:
        return orders.read_text(encoding="ascii").split()
    except OSError:
        return []


def mount(target: str) -> int:
    """The descriptor of the connection to the system."""
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions"
    command = ["mount", "-i", "-t", "fuse", "-o", options, "failing", target]
    subprocess.run(command, pass_fds=(device,), check=True)
    return device


def unknown(_node: int, _data: bytes) -> bytes:
    raise OSError(errno.ENOSYS, "")


def serve(device: int, disk: Disk, orders: Path) -> None:
    """Answers until the file system is unmounted."""
    while True:
        try:
            request = os.read(device, LARGEST + 2**12)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EINTR):  # the request was taken back
                continue
            return
        _, code, unique, node, *_ = IN.unpack_from(request)
        failure, answer = 0, b""
        try:
            name = NAMES.get(code, "")
            obey(orders, name)
            work: Callable[[int, bytes], bytes] = getattr(disk, name, unknown)
            answer = work(node, request[IN.size :])
        except OSError as error:
            failure = error.errno or errno.EIO
        if code not in WITHOUT_ANSWER:
            with contextlib.suppress(OSError):
                os.write(device, OUT.pack(OUT.size + len(answer), -failure, unique) + answer)


if __name__ == "__main__":
    shown, point, told = sys.argv[1:]
    serve(mount(point), Disk(shown), Path(told))
