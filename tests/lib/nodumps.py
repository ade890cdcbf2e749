# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that are no kernel dumps, or not quite, made from nothing."""

import random
import struct

ET_EXEC, ET_CORE = 2, 4
EM_386, EM_X86_64, EM_S390, EM_AARCH64 = 3, 62, 22, 183
PT_LOAD, PT_NOTE = 1, 4


def note(name, kind, desc):
    """An ELF note."""
    name = name.encode() + b"\0"
    pad = lambda data: data + b"\0" * (-len(data) % 4)
    return struct.pack("<III", len(name), len(desc), kind) + pad(name) + pad(desc)


def elf(kind, machine=EM_X86_64, notes=b"", loads=((0, 0x1000),)):
    """A small 64-bit ELF file: a PT_NOTE and PT_LOADs (physical address, size) filled with zeros."""
    count = len(loads) + 1
    offset = 64 + 56 * count
    ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    head = ident + struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, 0, 64, 0, 0, 64, 56, count, 0, 0, 0)
    segments = struct.pack("<IIQQQQQQ", PT_NOTE, 4, offset, 0, 0, len(notes), len(notes), 4)
    data = notes
    for address, size in loads:
        segments += struct.pack("<IIQQQQQQ", PT_LOAD, 7, offset + len(data), address, address, size, size, 4096)
        data += bytes(size)
    return head + segments + data


def user_core():
    """A core as the kernel writes it for a process: its notes are a process's, there is no VMCOREINFO."""
    prstatus = note("CORE", 1, bytes(336))
    prpsinfo = note("CORE", 3, struct.pack("<4BLII4i", 0, 82, 0, 0, 0, 0, 0, 1, 1, 1, 1) + b"sleep".ljust(16, b"\0")
                    + b"sleep 1".ljust(80, b"\0"))
    auxv = note("CORE", 6, struct.pack("<QQ", 6, 4096) + bytes(16))
    return elf(ET_CORE, notes=prstatus + prpsinfo + auxv, loads=((0x400000, 0x2000), (0x7ffc00000000, 0x1000)))


def kernel_core(vmcoreinfo, machine=EM_X86_64, loads=((0, 0x4000),)):
    """An ELF core that carries this VMCOREINFO text, and memory full of zeros."""
    notes = note("CORE", 1, bytes(336)) + note("VMCOREINFO", 0, vmcoreinfo.encode())
    return elf(ET_CORE, machine, notes, loads)


def empty_vmcoreinfo():
    """A VMCOREINFO that says which kernel, and nothing of where things are."""
    return "OSRELEASE=6.1.0-test\nPAGESIZE=4096\n"


def bad_vmcoreinfo():
    """A VMCOREINFO with everything in the wrong place."""
    return ("OSRELEASE=6.1.0-test\nBUILD-ID=00\nPAGESIZE=4096\nSYMBOL(init_uts_ns)=ffffffff82612340\n"
            "SYMBOL(swapper_pg_dir)=ffffffff8260a000\nSYMBOL(_stext)=ffffffff81000000\n"
            "SYMBOL(kallsyms_names)=ffffffff82000000\nSYMBOL(kallsyms_num_syms)=ffffffff82000000\n"
            "SYMBOL(kallsyms_token_table)=ffffffffffffffff\nSYMBOL(kallsyms_token_index)=0\n"
            "SYMBOL(kallsyms_offsets)=ffffffff82000000\nSYMBOL(kallsyms_relative_base)=ffffffff82000000\n"
            "NUMBER(phys_base)=0\nNUMBER(pgtable_l5_enabled)=0\nKERNELOFFSET=0\nCRASHTIME=zzz\n")


def kdump_header(signature=b"KDUMP   ", version=6, block_size=4096, sub_hdr=1, bitmap=2, max_mapnr=64):
    """makedumpfile's header block (struct disk_dump_header, 64 bit) and 16 blocks of zeros behind it."""
    utsname = b"".join(text.ljust(65, b"\0") for text in (b"Linux", b"host", b"6.1.0", b"#1", b"x86_64", b""))
    head = signature + struct.pack("<i", version) + utsname
    head += b"\0" * (-len(head) % 8) + struct.pack("<qq", 0, 0)
    head += struct.pack("<IiiIIIIIi", 0, block_size, sub_hdr, bitmap, max_mapnr, 0, 0, 0, 1)
    return head.ljust(4096, b"\0") + bytes(16 * 4096)


def random_bytes(size, seed):
    """The same noise each time."""
    return random.Random(seed).randbytes(size)


# What can't be a kernel dump: status 3.
NO_DUMPS = {
    "empty": b"",
    "one byte": b"\x7f",
    "text": b"Dear support,\nthe server has crashed again.\n" * 40,
    "zeros": bytes(100_000),
    "random": random_bytes(100_000, 1),
    "elf executable": elf(ET_EXEC),
    "elf header alone": elf(ET_EXEC)[:64],
    "elf magic alone": b"\x7fELF",
    "user-space core": user_core(),
    "gzip magic, then noise": b"\x1f\x8b\x08\0" + random_bytes(5000, 2),
    "xz magic, then noise": b"\xfd7zXZ\0" + random_bytes(5000, 3),
    "zstd magic, then noise": b"\x28\xb5\x2f\xfd" + random_bytes(5000, 4),
    "lz4 magic, then noise": b"\x04\x22\x4d\x18" + random_bytes(5000, 5),
    "bzip2 magic, then noise": b"BZh9" + random_bytes(5000, 6),
    "flattened magic alone": b"makedumpfile\0\0\0\0",
    "flattened magic, then noise": b"makedumpfile\0\0\0\0" + random_bytes(9000, 7),
}

# What is, or pretends to be, a kernel dump that nothing can be read from: status 3 or 4.
POOR_DUMPS = {
    "core of no kernel and no process": elf(ET_CORE),
    "kernel core that says nothing": kernel_core(empty_vmcoreinfo()),
    "kernel core with an empty VMCOREINFO": kernel_core(""),
    "kernel core with a wrong VMCOREINFO": kernel_core(bad_vmcoreinfo()),
    "kernel core whose notes are cut off": kernel_core(bad_vmcoreinfo())[:300],
    "kernel core without memory": kernel_core(bad_vmcoreinfo(), loads=()),
    "kernel core of an arm64": kernel_core(bad_vmcoreinfo(), EM_AARCH64),
    "kernel core of an s390": kernel_core(bad_vmcoreinfo(), EM_S390),
    "kdump header over zeros": kdump_header(),
    "kdump header alone": kdump_header()[:4096],
    "kdump header of version 99": kdump_header(version=99),
    "kdump header, block size 0": kdump_header(block_size=0),
    "kdump header, block size 2^30": kdump_header(block_size=1 << 30),
    "kdump header, negative block size": kdump_header(block_size=-4096),
    "kdump header, absurd bitmap": kdump_header(bitmap=0xffffffff, max_mapnr=0xffffffff),
    "diskdump signature": kdump_header(signature=b"DISKDUMP"),
}
