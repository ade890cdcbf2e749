# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's cache: where things are kept, how they are keyed, how they are published.

Everything that takes time to get (packages, unpacked kernels, built modules, finished vmcores) lies in
one folder, under a name that ends in a hash of what it was made from. A thing in the cache is complete: it is
made in a temporary folder beside it and renamed into place.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path


def root():
    """The cache's folder; created on first use."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(os.environ.get("INQUEST_CACHE") or Path(base) / "inquest")
    path.mkdir(parents=True, exist_ok=True)
    return path


def folder(kind):
    """The folder for one kind of thing: packages, kernels, modules, programs, vmcores."""
    path = root() / kind
    path.mkdir(parents=True, exist_ok=True)
    return path


def key_of(inputs):
    """12 hex digits that stand for `inputs`, any value that JSON can carry."""
    text = json.dumps(inputs, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def files_of(*paths):
    """{name: hash of the content} of files, and of all files below folders, for key_of()."""
    found = {}
    for path in map(Path, paths):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                name = str(file.relative_to(path.parent))
                found[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


@contextlib.contextmanager
def being_made(final):
    """A temporary folder that becomes `final` when the block ends well, and vanishes when it doesn't."""
    final.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=final.parent))
    try:
        yield scratch
        if final.exists():
            shutil.rmtree(final)
        scratch.chmod(0o755)
        scratch.rename(final)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextlib.contextmanager
def only_one(name):
    """Holds the cache's lock `name` (across processes) while the block runs; says so when it must wait."""
    with open(root() / f"{name}.lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"lab: waiting for another {name} to end", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
