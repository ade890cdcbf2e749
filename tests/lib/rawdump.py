# SPDX-License-Identifier: GPL-2.0-or-later
"""A kdump-compressed file unpacked, so that a test can change kernel memory in place.

    block 0                    struct disk_dump_header: "KDUMP   ", ..., block_size, sub_hdr_size, bitmap_blocks
    1 + sub_hdr_size           two bitmaps, of memory and of pages in the file
    + bitmap_blocks            a page descriptor (offset, size, flags, page flags: 24 bytes) per page in the file
    behind them                the pages, each packed for itself
"""

import struct
import zlib

# Behind signature, version, utsname (6 x 65) and timestamp: status, block_size, sub_hdr_size, bitmap_blocks.
GEOMETRY = struct.Struct("<4i")
GEOMETRY_AT = (8 + 4 + 6 * 65 + 7 & ~7) + 16
DESCRIPTOR = struct.Struct("<QIIQ")
ZLIB = 1


def unpack(source, target):
    """Writes `source` (zlib pages) to `target` with its pages as they are; returns where the pages begin."""
    data = source.read_bytes()
    _, block, sub_header, bitmaps = GEOMETRY.unpack_from(data, GEOMETRY_AT)
    bitmap_at = (1 + sub_header) * block
    second = data[bitmap_at + bitmaps * block // 2:bitmap_at + bitmaps * block]
    count = int.from_bytes(second, "little").bit_count()
    start = bitmap_at + bitmaps * block
    pages_at = -(-(start + count * DESCRIPTOR.size) // block) * block
    placed, place, descriptors = {}, pages_at, []
    with open(target, "wb") as out:
        out.seek(pages_at)
        for offset, size, flags, page_flags in DESCRIPTOR.iter_unpack(data[start:start + count * DESCRIPTOR.size]):
            if offset not in placed:
                page = data[offset:offset + size]
                out.write(zlib.decompress(page) if flags & ZLIB else page)
                placed[offset] = place
                place += block
            descriptors.append(DESCRIPTOR.pack(placed[offset], block, 0, page_flags))
        out.seek(0)
        out.write(data[:start])
        out.write(b"".join(descriptors))
    return pages_at
