// SPDX-License-Identifier: GPL-2.0-or-later
/* What a file that is no dump of ours looks like, so that its owner sees at once what went wrong.
 */
#include <stdbool.h>
#include <string.h>

#include "dump/layout_priv.h"

#include "util/banned.h"

enum { LOOK = 512 };

static const struct {
	size_t off;
	size_t len;
	const char *bytes;
	const char *what;
} magics[] = {
	{0, 8, "\xed\x23\x8f\x61\x73\x01\x19\xa8", "an LKCD dump: not supported"},
	{0, 8, "PAGEDU64", "a Windows crash dump"},
	{0, 8, "PAGEDUMP", "a Windows crash dump"},
	{0, 4, "QEVM", "a QEMU snapshot (use dump-guest-memory or virsh dump --memory-only)"},
	{0, 16, "LibvirtQemudSave", "a libvirt save file (use virsh dump --memory-only)"},
	{0, 4, "QFI\xfb", "a qcow2 disk image"},
	{0, 4, "\xd2\xbe\xd2\xbe", "a VMware snapshot: not supported"},
	{257, 5, "ustar", "a tar archive: unpack it first"},
	{0, 4, "PK\x03\x04", "a zip archive: unpack it first"},
	{0, 6, "7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"},
	{0, 9, "\x89LZO\0\r\n\x1a\n", "an lzop file: unpack it first"},
	{0, 6, "070701", "a cpio archive"},
	{0x202, 4, "HdrS", "a Linux boot image (bzImage)"},
};

static bool is_text(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		/* 0x80 and above: UTF-8. */
		if (p[i] < 0x20 && !memchr("\t\n\v\f\r\x1b", p[i], 6))
			return false;
		if (p[i] == 0x7f)
			return false;
	}
	return true;
}

static bool is_zeros(const unsigned char *p, size_t n)
{
	return !p[0] && !memcmp(p, p + 1, n - 1);
}

static const char *describe(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < array_size(magics); i++) {
		if (magics[i].off + magics[i].len <= n &&
		    !memcmp(p + magics[i].off, magics[i].bytes, magics[i].len))
			return magics[i].what;
	}
	if (is_zeros(p, n))
		return "it starts with zeros only";
	if (is_text(p, n))
		return "a text file";
	return "its format is unknown";
}

struct inq_error *inq_dump_identify(const struct inq_file *file)
{
	size_t n = file->size < LOOK + 8 ? file->size : LOOK + 8;
	unsigned char head[LOOK + 8];
	struct inq_error *err;

	if (!n)
		return inq_error_create(INQ_ERR_NOTSUP, 0, "no kernel dump: the file is empty");
	err = inq_file_pread(file, head, n, 0);
	if (err)
		return err;
	return inq_error_create(INQ_ERR_NOTSUP, 0, "no kernel dump: %s", describe(head, n));
}
