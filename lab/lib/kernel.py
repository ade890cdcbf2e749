# SPDX-License-Identifier: GPL-2.0-or-later
"""Stock Debian kernels: found by apt, downloaded as packages, unpacked into the cache (never installed)."""

import os
import re
import shutil
import struct
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import apt
import cache
from tools import LabError, say


@dataclass(frozen=True)
class Line:
    """A line of kernels that Debian offers: lab/run --kernel NAME."""

    suite: str          # Debian release that has it
    prefix: str = ""    # of its meta packages' names, after linux-image-


LINES = {
    "bullseye": Line("bullseye"),                       # 5.10
    "bookworm": Line("bookworm"),                       # 6.1
    "bookworm-6.12": Line("bookworm", "6.12-"),
    "trixie": Line("trixie"),                           # 6.12
    "sid": Line("sid"),                                 # the newest
}
HOST_LIBRARIES = "/usr/lib/x86_64-linux-gnu"
DECOMPRESSORS = {   # first bytes of a bzImage's payload -> what unpacks it
    b"\xfd7zXZ\0": ["xz", "-dcq", "--single-stream"],
    b"\x28\xb5\x2f\xfd": ["zstd", "-dcq"],
    b"\x02\x21\x4c\x18": ["lz4", "-dcq"],
}


@dataclass(frozen=True)
class Kernel:
    """One unpacked kernel."""

    line: str       # which of LINES
    flavour: str    # cloud, amd64, rt
    release: str    # what uname -r says
    version: str    # version of the package
    root: Path      # where its packages are unpacked

    @property
    def vmlinuz(self):
        """The bootable image."""
        for place in (f"boot/vmlinuz-{self.release}", f"usr/lib/modules/{self.release}/vmlinuz"):
            if (self.root / place).exists():
                return self.root / place
        raise LabError(f"no vmlinuz in {self.root}")

    @property
    def headers(self):
        """The folder that `make -C` takes to build a module."""
        return self.root / f"usr/src/linux-headers-{self.release}"

    @property
    def modules(self):
        """The folder lib/modules/RELEASE."""
        for place in ("lib/modules", "usr/lib/modules"):
            if (self.root / place / self.release / "kernel").exists():
                return self.root / place / self.release
        raise LabError(f"no modules in {self.root}")

    def vmlinux(self):
        """The ELF image with its .BTF, unpacked from vmlinuz; kept beside it."""
        path = self.root / "vmlinux"
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.write_bytes(unpack_bzimage(self.vmlinuz.read_bytes()))
            fresh.rename(path)
        return path


def unpack_bzimage(image):
    """The vmlinux ELF file inside a bzImage (Documentation/x86/boot.rst: the setup header says where)."""
    setup_sectors = image[0x1f1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    payload = image[(setup_sectors + 1) * 512 + offset:][:length]
    for magic, command in DECOMPRESSORS.items():
        if payload.startswith(magic):
            # the kernel's build appends the unpacked size, 4 bytes, which the tools complain about
            done = subprocess.run(command, input=payload[:-4], capture_output=True, check=False)
            if done.stdout.startswith(b"\x7fELF"):
                return done.stdout
    raise LabError(f"can't unpack the kernel's payload, which begins with {payload[:6].hex()}")


def flavour_suffix(flavour):
    """amd64 -> amd64, cloud -> cloud-amd64, rt -> rt-amd64: as Debian names its packages."""
    return flavour if flavour == "amd64" else f"{flavour}-amd64"


@lru_cache(maxsize=None)
def packages_of(name, flavour):
    """(release, package version, names of the packages needed) of apt's newest kernel of a line."""
    line, suffix = LINES[name], flavour_suffix(flavour)
    meta = f"linux-image-{line.prefix}{suffix}"
    match = re.search(r"linux-image-(\S+)", apt.field(line.suite, meta, "Depends"))
    if not match:
        raise LabError(f"apt doesn't know {meta} of {line.suite}; run lab/setup")
    release = match.group(1)
    image, headers = f"linux-image-{release}", f"linux-headers-{release}"
    needed = [image, headers]
    needed += re.findall(r"linux-(?:headers|kbuild)-[^ ,]+", apt.field(line.suite, headers, "Depends"))
    # sid splits the image into several packages
    needed += re.findall(r"linux-(?:binary|modules)-[^ ,]+", apt.field(line.suite, image, "Depends"))
    return release, apt.field(line.suite, image, "Version"), needed


def make_headers_movable(scratch, where):
    """Debian's header packages name /usr/src; point them to `where`, which scratch will become."""
    for makefile in scratch.glob("usr/src/linux-headers-*/Makefile"):
        text = makefile.read_text()
        makefile.write_text(re.sub(r"(?<=[ =])/usr/src/", f"{where}/usr/src/", text))


def make_tools_runnable(scratch, where, suite):
    """kbuild's own programs of a newer release may want a newer C library: runs those with that release's."""
    programs = [path for path in scratch.glob("usr/lib/linux-kbuild*/**/*")
                if path.is_file() and os.access(path, os.X_OK) and wants_newer_libc(path)]
    if not programs:
        return
    apt.unpack(suite, ["libc6"], scratch / "libc")
    loader = next((scratch / "libc").glob("**/ld-linux-x86-64.so.2")).resolve().relative_to(scratch.resolve())
    for path in programs:
        path.rename(f"{path}.elf")
        path.write_text(f'#!/bin/sh\nexec {where / loader} --library-path {where / loader.parent}:{HOST_LIBRARIES} '
                        '--argv0 "$0" "$0.elf" "$@"\n')
        path.chmod(0o755)


def wants_newer_libc(path):
    """Does the dynamic linker refuse to start this program?"""
    if path.read_bytes()[:4] != b"\x7fELF":
        return False
    done = subprocess.run(["ldd", path], capture_output=True, text=True, check=False)
    return "GLIBC_" in done.stdout + done.stderr


def get(name, flavour):
    """The kernel of a line and flavour, from the cache or freshly downloaded."""
    release, version, packages = packages_of(name, flavour)
    where = cache.folder("kernels") / f"{release}_{version}"
    if not where.exists():
        with cache.only_one("download"), cache.being_made(where) as scratch:
            say(f"fetching kernel {release} ({version})")
            apt.unpack(LINES[name].suite, packages, scratch)
            make_headers_movable(scratch, where)
            make_tools_runnable(scratch, where, LINES[name].suite)
    return Kernel(name, flavour, release, version, where)


def debug_vmlinux(name, release):
    """The vmlinux with DWARF of a kernel release, from Debian's -dbg package; only that file is kept."""
    folder = cache.folder("debug") / release
    if not folder.exists():
        say(f"fetching the debug vmlinux of {release} (some 300 MB)")
        with cache.only_one("download"), cache.being_made(folder) as scratch:
            apt.unpack(LINES[name].suite, [f"linux-image-{release}-dbg"], scratch, keep_packages=False)
            found = scratch / f"usr/lib/debug/boot/vmlinux-{release}"
            if not found.exists():
                found = scratch / f"usr/lib/debug/lib/modules/{release}/vmlinux"
            found.resolve().rename(scratch / "vmlinux")
            shutil.rmtree(scratch / "usr")
    return folder / "vmlinux"
