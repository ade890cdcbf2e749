# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one scenario to its vmcore and keeps that in the cache."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import build
import cache
import kernel as kernels
import scenario as scenarios
from initramfs import Initramfs
from qemu import Guest, GuestError, GuestTimeout
from tools import LabError, run, say

CRASHKERNEL_MIB = 192
SPARE_MIB = 192         # KASLR puts the kernel anywhere: room for the capture kernel's memory on one side of it
CAPTURE_DISK_MIB = 256
# Emulated CPUs don't promise a constant TSC, so the kernel would take the log's times from a clock that jumps.
CMDLINE = "console=ttyS0 loglevel=7 panic=0 tsc=reliable"
CAPTURE_CMDLINE = "console=ttyS0 nr_cpus=1 irqpoll reset_devices cgroup_disable=memory"
MAKEDUMPFILE_OPTIONS = "-d 31 -c"
PANIC_CMDLINE = {       # what lets a form of the kdump chain begin
    "kexec": "",
    "nmi": "unknown_nmi_panic=1",
    "detector": "softlockup_panic=1 hung_task_panic=1 sysctl.kernel.panic_on_rcu_stall=1",
}

GUEST_IS_UP = "lab: guest is up"        # guest/init says these
KDUMP_IS_ARMED = "lab: kdump armed: 1"
BOOT_TIMEOUT_S = 180
BOOT_FAILED = "end Kernel panic"        # emulation isn't perfect: code patching may hit an int3 at boot
TRIES = 4               # a race may end in another way than the scenario wants
SLOW_TRIES = 2          # one that never comes to it costs its whole time limit


@dataclass(frozen=True)
class Vmcore:
    """A finished vmcore in the cache."""

    folder: Path

    @property
    def path(self):
        """The dump itself."""
        return self.folder / "vmcore"

    @property
    def serial(self):
        """The guest's console."""
        return self.folder / "serial.log"

    def facts(self):
        """Scenario, options, sizes, times: what made it."""
        return json.loads((self.folder / "facts.json").read_text())


def place_of(scenario, options, kernel):
    """Where the vmcore of these inputs is, or will be."""
    key = cache.key_of(scenarios.inputs_of(scenario, options, kernel))
    return Vmcore(cache.folder("vmcores") / f"{scenario.name}-{options.label()}-{key}")


def get(scenario, options, fresh=False):
    """The vmcore of a scenario: from the cache, or by running the guest."""
    scenario = scenario.on(options.flavour)
    if not scenario.makes_sense_as(options.form):
        raise LabError(f"{scenario.name} makes no sense as {options.form}, only as "
                       f"{', '.join(filter(scenario.makes_sense_as, scenarios.FORMS))}")
    kernel = kernels.get(options.kernel, options.flavour)
    vmcore = place_of(scenario, options, kernel)
    if fresh or not vmcore.path.exists():
        build_all(scenario, options, kernel)
        for attempt in range(1, TRIES + 1):
            try:
                with cache.only_one("guest"), cache.being_made(vmcore.folder) as scratch:
                    make(scenario, options, kernel, scratch)
                break
            except GuestError as error:
                if attempt >= (SLOW_TRIES if isinstance(error, GuestTimeout) else TRIES):
                    raise
                say(f"{str(error).splitlines()[0]}; trying again")
    return vmcore


def get_all(rows, deadline, fresh=False):
    """The vmcores of (scenario, options) rows, begun before the deadline: (those there are, how many failed)."""
    made, failed = [], 0
    for scenario, options in rows:
        if time.monotonic() > deadline:
            break
        try:
            made.append(get(scenario, options, fresh))
        except LabError as error:
            say(f"{scenario.name} ({options.label()}): {error}")
            failed += 1
    return made, failed


def build_all(scenario, options, kernel):
    """Builds the programs and the module, as far as the cache doesn't have them: {path in the guest: built file}."""
    sources = [scenarios.LAB / "guest/busy.c", *map(scenario.file, scenario.programs)]
    built = {f"lab/{source.stem}": build.program(source) for source in sources}
    for module in scenario.modules():
        name = module["name"]
        btf = options.btf and module.get("btf", True)
        built[f"lab/{name}.ko"] = build.module(kernel, scenario.module_source(module), name,
                                               module.get("defines", ()), btf)
    return built


def make(scenario, options, kernel, scratch):
    """Runs the guest and leaves vmcore, serial.log and facts.json in `scratch`."""
    say(f"running {scenario.name} ({options.label()})")
    started = time.monotonic()
    initrd = scratch / "initrd"
    guest_image(scenario, options, kernel, scratch).write(initrd)
    if options.form in PANIC_CMDLINE:
        run_to_kexec(scenario, options, kernel, scratch, initrd)
    else:
        run_to_qmp(scenario, options, kernel, scratch, initrd)
    initrd.unlink()
    vmcore = scratch / "vmcore"
    seconds = round(time.monotonic() - started, 1)
    facts = {"scenario": scenario.name, "options": asdict(options), "seconds": seconds,
             "bytes": vmcore.stat().st_size, "release": kernel.release, "package": kernel.version}
    (scratch / "facts.json").write_text(json.dumps(facts, indent=2) + "\n")
    say(f"{scenario.name} ({options.label()}): {facts['bytes'] >> 20} MiB in {seconds} s")


def guest_image(scenario, options, kernel, scratch):
    """The guest's initramfs: init, busy processes, the scenario's module, programs and script."""
    image = Initramfs()
    image.add_file("init", scenarios.LAB / "guest/init", 0o755)
    image.add_file("lab/guest.sh", scenario.guest_script())
    image.add_modules(kernel, ["qemu_fw_cfg", *scenario.stock_modules])
    for name, path in build_all(scenario, options, kernel).items():
        image.add_file(name, path, 0o755)
    if options.form in PANIC_CMDLINE:
        add_capture_kernel(image, kernel, scratch)
    return image


def add_capture_kernel(image, kernel, scratch):
    """Adds kexec, the capture kernel and its own initramfs."""
    capture = Initramfs()
    capture.add_file("init", scenarios.LAB / "guest/capture-init", 0o755)
    capture.add_file("lab/makedumpfile.options", MAKEDUMPFILE_OPTIONS.encode())
    capture.add_modules(kernel, ["virtio_pci", "virtio_blk"])
    capture.add_host_program("makedumpfile")
    capture.write(scratch / "capture")
    image.add_host_program("kexec")
    image.add_file("lab/capture/vmlinuz", kernel.vmlinuz)
    image.add_file("lab/capture/initramfs", scratch / "capture")
    image.add_file("lab/capture/cmdline", CAPTURE_CMDLINE.encode())
    (scratch / "capture").unlink()


def run_to_qmp(scenario, options, kernel, scratch, initrd):
    """Boots, waits for the scenario's condition, dumps from outside."""
    guest = Guest(kernel.vmlinuz, initrd, f"{CMDLINE} {options.cmdline()} {scenario.cmdline}", options.cpu,
                  scenario.cpus, scenario.memory_mib)
    with guest:
        guest.wait_for_boot(GUEST_IS_UP, BOOT_TIMEOUT_S, BOOT_FAILED)
        wait_for_condition(guest, scenario)
        guest.dump(scratch / "vmcore", "kdump-zlib" if options.form == "kdump" else None)
        (scratch / "serial.log").write_text(guest.log())
    (scratch / "vmcore").chmod(0o644)
    if options.form == "elf":
        run("fallocate", "--dig-holes", scratch / "vmcore")


def run_to_kexec(scenario, options, kernel, scratch, initrd):
    """Boots with a capture kernel armed, waits until that one has written the dump and powered off."""
    disk = scratch / "disk"
    with open(disk, "wb") as file:
        file.truncate(CAPTURE_DISK_MIB << 20)
    cmdline = f"{CMDLINE} crashkernel={CRASHKERNEL_MIB}M {PANIC_CMDLINE[options.form]} " \
              f"{options.cmdline()} {scenario.cmdline}"
    guest = Guest(kernel.vmlinuz, initrd, cmdline, options.cpu, scenario.cpus,
                  scenario.memory_mib + CRASHKERNEL_MIB + SPARE_MIB, disk)
    with guest:
        guest.wait_for_boot(KDUMP_IS_ARMED, BOOT_TIMEOUT_S, BOOT_FAILED)
        if options.form == "nmi":
            wait_for_condition(guest, scenario)
            guest.monitor("nmi")
        guest.wait_for_end(scenario.timeout_s, scenario.wait_for.get("missed"))
        (scratch / "serial.log").write_text(guest.log())
        if not take_from_disk(disk, scratch / "vmcore"):
            guest.fail("the capture kernel wrote no vmcore")
    disk.unlink()


def wait_for_condition(guest, scenario):
    """Waits until the guest is in the state that the scenario is about."""
    guest.wait_for_log(scenario.wait_for["log"], scenario.timeout_s, scenario.wait_for.get("missed"))
    if "monitor" in scenario.wait_for:
        guest.monitor(scenario.wait_for["monitor"])
        guest.wait_for_log(scenario.wait_for["then_log"], scenario.timeout_s)
    time.sleep(scenario.wait_for.get("then_s", 0))


def take_from_disk(disk, path):
    """Copies the vmcore off the raw disk (see guest/capture-init); False when there is none."""
    with open(disk, "rb") as file:
        words = file.read(512).split(b"\n")[0]
        size = int(words[5:]) if words.startswith(b"size=") else 0
        path.write_bytes(file.read(size))
    return size > 0


def all_facts():
    """facts.json of every finished vmcore in the cache."""
    return [json.loads(path.read_text()) for path in cache.folder("vmcores").glob("[!.]*/facts.json")]
