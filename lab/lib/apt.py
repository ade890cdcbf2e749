# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks apt for packages: of this machine's own Debian release, or of another one that the same mirror has.

Another release is read through lists of its own, kept in the cache, made from this machine's sources with
the release's name replaced. The system's own apt is never changed.
"""

import re
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import cache
from tools import LabError, run, say

SECURITY = {"sid": False}       # releases without a -security part


def own_release():
    """This machine's release, e.g. bookworm."""
    text = Path("/etc/os-release").read_text(encoding="utf-8")
    match = re.search(r"^VERSION_CODENAME=(\w+)", text, re.M)
    if not match:
        raise LabError("this is no Debian: /etc/os-release has no VERSION_CODENAME")
    return match.group(1)


@lru_cache(maxsize=None)
def options_for(release):
    """apt's options to look into `release`; none for this machine's own."""
    own = own_release()
    if release == own:
        return ()
    folder = cache.folder("apt") / release
    options = tuple(word for setting in (f"Dir::Etc::sourcelist={folder}/sources.list",
                                         "Dir::Etc::sourceparts=-", f"Dir::State::lists={folder}/lists",
                                         "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache=",
                                         "APT::Sandbox::User=root")
                    for word in ("-o", setting))
    if not any((folder / "lists").glob("*Packages*")):
        (folder / "lists/partial").mkdir(parents=True, exist_ok=True)
        (folder / "sources.list").write_text(sources_of(release, own))
        say(f"fetching the package lists of {release}")
        run("apt-get", *options, "-q", "update")
    return options


def sources_of(release, own):
    """This machine's sources with `own` replaced by another release."""
    known = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)",
                "Created-By: Packages")
    lines = set()
    for uri, suite, component in (line.split() for line in known.splitlines()):
        wanted = (own, f"{own}-security") if SECURITY.get(release, True) else (own,)
        if suite in wanted:
            lines.add(f"deb [signed-by={keyring()}] {uri} {suite.replace(own, release)} {component}\n")
    if not lines:
        raise LabError(f"apt has no source for {own} from which one for {release} could be made")
    return "".join(sorted(lines))


def keyring():
    """Debian's archive keys."""
    path = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    if not path.exists():
        raise LabError("the package debian-archive-keyring is missing; run lab/setup")
    return path


@lru_cache(maxsize=None)
def show(release, package):
    """All fields of apt's candidate of a package, as text; '' when apt doesn't know it."""
    try:
        return run("apt-cache", *options_for(release), "show", "--no-all-versions", package)
    except LabError:
        return ""


def field(release, package, name):
    """One field of a package; '' when there is none."""
    match = re.search(rf"^{name}: (.*)$", show(release, package), re.M)
    return match.group(1) if match else ""


def unpack(release, names, where, keep_packages=True):
    """Downloads packages and unpacks them into `where`; keeps the .deb files in the cache unless told."""
    store = cache.folder("packages")
    with tempfile.TemporaryDirectory(dir=store) as fetching:
        run("apt-get", *options_for(release), "-q", "-o", "APT::Sandbox::User=root", "download", *names,
            cwd=fetching)
        for deb in sorted(Path(fetching).glob("*.deb")):
            run("dpkg-deb", "-x", deb, where)
            if keep_packages:
                shutil.move(deb, store / deb.name)
