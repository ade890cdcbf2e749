# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes initramfs images: a cpio archive (newc), gzip-compressed, from a list of files."""

import gzip
import lzma
import re
import shutil
import stat
from pathlib import Path

from tools import LabError, run

BUSYBOX = "/bin/busybox"


class Initramfs:
    """Collects files; `write` makes the image."""

    def __init__(self):
        self.entries = {}       # name in the image -> (mode, content)
        for name in ("bin", "sbin", "dev", "proc", "sys", "tmp", "lab"):
            self.add_folder(name)
        self.add_file("bin/busybox", host_file(BUSYBOX), 0o755)
        self.entries["bin/sh"] = (stat.S_IFLNK | 0o777, b"busybox", (0, 0))
        self.entries["dev/console"] = (stat.S_IFCHR | 0o600, b"", (5, 1))

    def add_folder(self, name):
        """Adds a folder and those above it."""
        for parent in reversed(Path(name).parents):
            if str(parent) != ".":
                self.add_folder(str(parent))
        self.entries.setdefault(name, (stat.S_IFDIR | 0o755, b"", (0, 0)))

    def add_file(self, name, source, mode=0o644):
        """Adds a file; `source` is a path or the content itself."""
        if str(Path(name).parent) != ".":
            self.add_folder(str(Path(name).parent))
        content = Path(source).read_bytes() if isinstance(source, (str, Path)) else source
        self.entries[name] = (stat.S_IFREG | mode, content, (0, 0))

    def add_host_program(self, name):
        """Adds a program of this machine, with the libraries that it loads."""
        path = shutil.which(name) or shutil.which(name, path="/sbin:/usr/sbin")
        if not path:
            raise LabError(f"{name} is not installed; run lab/setup")
        self.add_file(f"bin/{name}", path, 0o755)
        for library in re.findall(r"(/\S+) \(0x", run("ldd", path)):
            self.add_file(library.lstrip("/"), library, 0o755)

    def add_modules(self, kernel, names):
        """Adds stock modules and what they depend on, and /lab/modules.order for init."""
        order = []
        for name in names:
            for path in module_chain(kernel, name):
                if path.name not in order:
                    order.append(path.name)
                    self.add_file(f"lab/modules/{path.name}", module_content(path))
        self.add_file("lab/modules.order", "".join(f"{name}\n" for name in order).encode())

    def write(self, path):
        """Writes the image."""
        blob = bytearray()
        for number, (name, (mode, content, device)) in enumerate(self.entries.items(), 1):
            blob += cpio_entry(number, name, mode, content, device)
        blob += cpio_entry(0, "TRAILER!!!", 0, b"", (0, 0))
        Path(path).write_bytes(gzip.compress(bytes(blob), compresslevel=1, mtime=0))


def host_file(path):
    """A path on this machine, or LabError."""
    if not Path(path).exists():
        raise LabError(f"{path} is missing; run lab/setup")
    return path


def cpio_entry(number, name, mode, content, device):
    """One member of a newc archive, padded."""
    encoded = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(encoded), 0)
    blob = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
    blob += bytes(-len(blob) % 4) + content
    return blob + bytes(-len(content) % 4)


def find_module(kernel, name):
    """The path of a stock module; None when it is built in (or doesn't exist)."""
    pattern = re.sub("[-_]", "[-_]", name)
    for path in kernel.modules.glob(f"kernel/**/{pattern}.ko*"):
        return path
    return None


def module_content(path):
    """A module's ELF file; it may be packed as .ko.xz."""
    content = path.read_bytes()
    return lzma.decompress(content) if path.suffix == ".xz" else content


def module_chain(kernel, name):
    """A module's path, preceded by those of all it depends on."""
    path = find_module(kernel, name)
    if path is None:
        return []
    depends = re.search(rb"\0depends=([^\0]*)\0", module_content(path))
    names = depends.group(1).decode().split(",") if depends and depends.group(1) else []
    chain = [one for other in names for one in module_chain(kernel, other)]
    return list(dict.fromkeys(chain)) + [path]
