# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenarios: what lab/scenarios/NAME says, and the options of one run."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import cache
from tools import LabError

LAB = Path(__file__).resolve().parent.parent
QMP_FORMS = ("elf", "kdump")    # taken from outside, while the guest stands still
HANG_FORMS = ("nmi", "detector")    # the kdump chain, for a machine that wouldn't panic by itself
FORMS = (*QMP_FORMS, "kexec", *HANG_FORMS)


@dataclass(frozen=True)
class Options:
    """What a person may choose for one run."""

    form: str = "elf"           # elf, kdump (both by QMP); the real kdump chain: kexec (the kernel panics by
                                # itself), nmi (a hung one, by its NMI button), detector (a hung one, by
                                # the first detector that reports it)
    btf: bool = True            # does the scenario's module carry BTF?
    cpu: str = "max"            # see qemu.CPU_MODELS
    kernel: str = "bookworm"    # see kernel.LINES
    flavour: str = "cloud"      # cloud, amd64, rt
    number: int = 1             # which of several runs of the same
    preempt: str = ""           # none, voluntary, full: the command line's preempt=; "": the kernel's default

    def cmdline(self):
        """What it adds to the kernel's command line."""
        return f"preempt={self.preempt}" if self.preempt else ""

    def inputs(self):
        """What the cache's key has of it."""
        members = asdict(self)
        if not self.preempt:    # as it was before there was that option
            del members["preempt"]
        return members

    def label(self):
        """A short name for tables and folders."""
        words = [self.kernel, self.flavour, self.form, "btf" if self.btf else "nobtf"]
        words += [self.cpu] if self.cpu != "max" else []
        words += [f"run{self.number}"] if self.number > 1 else []
        words += [f"preempt-{self.preempt}"] if self.preempt else []
        return "-".join(words)


@dataclass(frozen=True)
class Scenario:
    """One folder of lab/scenarios; the members are those of its scenario.json."""

    name: str
    about: str
    wait_for: dict              # {"log": regex, "then_s": seconds}: when QMP takes the dump;
                                # "missed": regex that says the race was lost, so try again
                                # "monitor": what QEMU's monitor is told when "log" has come,
                                # "then_log": regex that the dump then waits for (elf, kdump)
    forms: tuple                # which forms make sense
    module: dict = field(default_factory=dict)  # {"name", "source" scenario, "defines",
                                # "btf": false: it never carries BTF of its own,
                                # "also": [further modules, as objects like this one]}
    programs: tuple = ()        # C files, or "other-scenario/file.c"
    guest: str = ""             # scenario whose guest.sh is used; default: this one
    stock_modules: tuple = ()   # modules of the stock kernel that guest.sh needs
    cmdline: str = ""           # added to the kernel's command line
    memory_mib: int = 256       # the kdump chain gets more: see capture.py
    cpus: int = 4
    timeout_s: int = 300        # until the condition holds or the dump is written
    flavours: dict = field(default_factory=dict)    # {"rt": {members that differ there}}

    def hangs(self):
        """Does it leave a machine that doesn't panic by itself? Twins and healthy ones don't hang."""
        quiet = "kexec" not in self.forms and "monitor" not in self.wait_for
        return quiet and self.truth()["class"] != "none"

    def makes_sense_as(self, form):
        """Can there be a vmcore of this form?"""
        return form in self.forms or form in HANG_FORMS and self.hangs()

    def on(self, flavour):
        """What it is on a flavour of the kernel: there the same bug may show in another way."""
        return replace(self, flavours={}, **self.flavours.get(flavour, {}))

    @property
    def folder(self):
        """Where its files are."""
        return LAB / "scenarios" / self.name

    def file(self, name):
        """A file of this scenario, or of another one if `name` has a slash."""
        return LAB / "scenarios" / name if "/" in name else self.folder / name

    def guest_script(self):
        """The shell script that runs the scenario in the guest."""
        return LAB / "scenarios" / (self.guest or self.name) / "guest.sh"

    def modules(self):
        """Its modules: the one, and those that are loaded with it."""
        return [self.module, *self.module.get("also", ())] if self.module else []

    def module_source(self, module):
        """The folder that one of its modules is built from."""
        return LAB / "scenarios" / module.get("source", self.name)

    def truth(self, flavour="", kernel=""):
        """What truth.json says, of a flavour of the kernel or a line of kernels where that is something else."""
        truth = json.loads((self.folder / "truth.json").read_text())
        flavours, kernels = truth.pop("flavours", {}), truth.pop("kernels", {})
        return {**truth, **flavours.get(flavour, {}), **kernels.get(kernel, {})}


def names():
    """All scenarios."""
    return sorted(path.parent.name for path in (LAB / "scenarios").glob("*/scenario.json"))


def load(name):
    """Reads one scenario.json."""
    path = LAB / "scenarios" / name / "scenario.json"
    if not path.exists():
        raise LabError(f"no scenario '{name}'; there are: {', '.join(names())}")
    try:
        return Scenario(name=name, **json.loads(path.read_text()))
    except (TypeError, ValueError) as error:
        raise LabError(f"{path}: {error}") from error


def inputs_of(scenario, options, kernel):
    """All that a vmcore of this scenario depends on, for the cache's key. truth.json isn't among it."""
    settings = asdict(scenario.on(options.flavour))
    del settings["about"], settings["forms"], settings["timeout_s"], settings["flavours"]
    sources = [scenario.file(name) for name in scenario.programs]
    for module in scenario.modules():
        sources += scenario.module_source(module).glob("*.[ch]")
    sources += [scenario.guest_script(), LAB / "guest"]
    return {"scenario": settings, "options": options.inputs(), "files": cache.files_of(*sources),
            "kernel": [kernel.release, kernel.version]}
