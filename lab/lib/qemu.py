# SPDX-License-Identifier: GPL-2.0-or-later
"""One guest: starts QEMU (software emulation), watches its serial log, talks QMP, always cleans up."""

import ctypes
import json
import re
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import cache
from tools import LabError

CPU_MODELS = {"max": "max", "native-qspinlock": "max,-hypervisor"}
POLL_S = 0.2
SILENT_S = 60           # a boot that has said nothing for so long is stuck: emulation isn't perfect
GUEST_BROKE = "No working init found|Attempted to kill init|lab: insmod .* failed|lab: kexec failed"


class GuestError(LabError):
    """A guest did not do what it should: worth another try."""


class GuestTimeout(GuestError):
    """Nothing went wrong that can be seen; it just didn't come to it in its time."""


class Guest:
    """A running QEMU; use it in a `with` block."""

    def __init__(self, kernel, initrd, cmdline, cpu="max", cpus=4, memory_mib=256, disk=None):
        self.scratch = tempfile.TemporaryDirectory(prefix="inquest-guest-")
        self.serial = Path(self.scratch.name) / "serial.log"
        self.socket_path = f"{self.scratch.name}/qmp"
        self.serial.touch()
        self.command = command_line(self, kernel, initrd, cmdline, cpu, cpus, memory_mib, disk)
        self.process = None
        self.qmp_file = None

    def __enter__(self):
        try:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL,
                                            stderr=open(f"{self.scratch.name}/stderr", "wb"),
                                            preexec_fn=die_with_parent)
        except FileNotFoundError as error:
            raise LabError("qemu-system-x86_64 is not installed; run lab/setup") from error
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.scratch.cleanup()

    def log(self):
        """The serial console so far."""
        return self.serial.read_text(errors="replace").replace("\r", "")

    def fail(self, why, kind=GuestError):
        """Raises `kind` with the tail of the serial log, which is kept whole in the cache."""
        stderr = Path(f"{self.scratch.name}/stderr").read_text(errors="replace")
        kept = cache.folder("failed") / time.strftime("%Y%m%d-%H%M%S.log")
        kept.write_text(self.log() + stderr)
        tail = "\n".join((self.log() + stderr).splitlines()[-40:])
        raise kind(f"{why} (its console: {kept})\n{tail}")

    def ended(self):
        """Has QEMU ended?"""
        return self.process.poll() is not None

    def wait_until(self, holds, what, timeout_s, missed=None):
        """Waits until `holds()`; fails when the console shows a start-up failure or `missed`, or in the end."""
        deadline = time.monotonic() + timeout_s
        while not holds():
            if re.search(GUEST_BROKE, self.log()):
                self.fail("the guest could not start")
            if missed and re.search(missed, self.log()):
                self.fail(f"the scenario went another way: /{missed}/")
            if self.ended():
                self.fail(f"the guest ended before {what}")
            if time.monotonic() > deadline:
                self.fail(f"no {what} within {timeout_s} s", GuestTimeout)
            time.sleep(POLL_S)

    def wait_for_boot(self, pattern, timeout_s, missed=None):
        """wait_for_log() while the console keeps talking."""
        size, since = 0, time.monotonic()

        def holds():
            nonlocal size, since
            log = self.log()
            if len(log) != size:
                size, since = len(log), time.monotonic()
            elif time.monotonic() - since > SILENT_S:
                self.fail(f"the boot said nothing for {SILENT_S} s")
            return re.search(pattern, log)

        self.wait_until(holds, f"/{pattern}/", timeout_s, missed)

    def wait_for_log(self, pattern, timeout_s, missed=None):
        """Waits until the console shows `pattern`."""
        self.wait_until(lambda: re.search(pattern, self.log()), f"/{pattern}/", timeout_s, missed)

    def wait_for_end(self, timeout_s, missed=None):
        """Waits until the guest powers itself off."""
        self.wait_until(self.ended, "power-off", timeout_s, missed)

    def qmp(self, command, **arguments):
        """Runs one QMP command and returns its answer."""
        if self.qmp_file is None:
            self.connect()
        request = {"execute": command, "arguments": arguments}
        self.qmp_file.write(json.dumps(request) + "\n")
        self.qmp_file.flush()
        while True:
            line = self.qmp_file.readline()
            if not line:
                self.fail("QEMU closed its control socket")
            answer = json.loads(line)
            if "error" in answer:
                self.fail(f"QMP {command}: {answer['error'].get('desc')}")
            if "return" in answer:
                return answer["return"]

    def monitor(self, command):
        """Tells QEMU's monitor something: "nmi"."""
        self.qmp("human-monitor-command", **{"command-line": command})

    def connect(self):
        """Opens the control socket."""
        control = socket.socket(socket.AF_UNIX)
        control.connect(self.socket_path)
        self.qmp_file = control.makefile("rw", encoding="utf-8")
        self.qmp_file.readline()
        self.qmp("qmp_capabilities")

    def dump(self, path, kdump_format=None):
        """Writes guest memory to `path`: as ELF, or in one of QEMU's kdump formats."""
        arguments = {"format": kdump_format} if kdump_format else {}
        self.qmp("stop")
        self.qmp("dump-guest-memory", paging=False, protocol=f"file:{path}", **arguments)


def die_with_parent():
    """Runs in QEMU's process: even if the lab is killed, no guest stays behind (prctl PR_SET_PDEATHSIG, SIGKILL)."""
    ctypes.CDLL(None).prctl(1, 9)


def command_line(guest, kernel, initrd, cmdline, cpu, cpus, memory_mib, disk):
    """QEMU's command line. KASLR stays on: the kernel's default."""
    words = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-M", "q35", "-nodefaults",
             "-cpu", CPU_MODELS[cpu], "-smp", cpus, "-m", memory_mib, "-display", "none",
             "-no-reboot", "-kernel", kernel, "-initrd", initrd, "-append", cmdline,
             "-serial", f"file:{guest.serial}", "-qmp", f"unix:{guest.socket_path},server=on,wait=off",
             "-device", "vmcoreinfo"]
    if disk:
        words += ["-drive", f"file={disk},if=virtio,format=raw,cache=unsafe"]
    return [str(word) for word in words]
