# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds what a guest runs: kernel modules (with or without BTF) and static programs."""

import re
import shutil
from pathlib import Path

import cache
from tools import run, say

KERNEL_CC = Path(__file__).resolve().parent / "kernel-cc"


def module(kernel, source, name, defines=(), btf=True):
    """Path of NAME.ko, built from the folder `source` for `kernel`; with BTF of its own or without."""
    inputs = {"kernel": [kernel.release, kernel.version], "files": cache.files_of(source),
              "defines": list(defines), "btf": btf}
    final = cache.folder("modules") / f"{name}-{cache.key_of(inputs)}"
    if not final.exists():
        say(f"building {name}.ko for {kernel.release}{'' if btf else ' without BTF'}")
        with cache.being_made(final) as scratch:
            build_module(kernel, source, name, defines, btf, scratch)
    return final / f"{name}.ko"


def debug_module(kernel, source, name, defines=()):
    """Path of NAME.ko.debug: the same code as module() builds, with DWARF."""
    inputs = {"kernel": [kernel.release, kernel.version], "files": cache.files_of(source),
              "defines": list(defines)}
    final = cache.folder("debug") / "modules" / f"{name}-{cache.key_of(inputs)}"
    if not final.exists():
        final.parent.mkdir(parents=True, exist_ok=True)
        with cache.being_made(final) as scratch:
            build_module(kernel, source, name, defines, False, scratch, debug=True)
    return final / f"{name}.ko.debug"


def build_module(kernel, source, name, defines, btf, scratch, debug=False):
    """Runs kbuild in a copy of the source; leaves NAME.ko in `scratch`, or NAME.ko.debug with DWARF."""
    work = scratch / "build"
    shutil.copytree(source, work)
    flags = " ".join(f"-D{define}" for define in defines)
    run("make", "-C", kernel.headers, f"M={work}", f"KCFLAGS={flags}", *compiler(kernel),
        "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules")     # BTF is made here, or not, as the run wants it
    built = work / f"{name}.ko"
    if btf:
        run("pahole", "-J", "--btf_gen_floats", "--btf_base", kernel.vmlinux(), built)
    if debug:
        shutil.copy(built, scratch / f"{name}.ko.debug")
    else:
        run("strip", "--strip-debug", built)
        shutil.copy(built, scratch / f"{name}.ko")
    shutil.rmtree(work)


def compiler(kernel):
    """What makes kbuild use this machine's gcc, when the one that the kernel was built with isn't here."""
    match = re.search(r"gcc-\d+", (kernel.headers / ".kernelvariables").read_text())
    return [] if match and shutil.which(match.group(0)) else [f"CC={KERNEL_CC}"]


def program(source):
    """Path of the static program built from one C file."""
    inputs = cache.files_of(source)
    final = cache.folder("programs") / f"{source.stem}-{cache.key_of(inputs)}"
    if not final.exists():
        with cache.being_made(final) as scratch:
            run("gcc", "-O2", "-Wall", "-Wextra", "-static", "-pthread",
                "-o", scratch / source.stem, source)
    return final / source.stem
