// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The input is raw ORC entries of 6 bytes: the format is guessed from them, then each is decoded.
 */
#include <string.h>

#include "unwind/orc.h"

#include "fuzz.h"

#include "util/banned.h"

enum { MAX = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t raw[MAX];
	unsigned int n = 0;
	struct inq_orc_format format;

	for (; n < MAX && (n + 1) * INQ_ORC_ENTRY_SIZE <= size; n++) {
		raw[n] = 0;
		memcpy(&raw[n], data + n * INQ_ORC_ENTRY_SIZE, INQ_ORC_ENTRY_SIZE);
	}
	format = inq_orc_guess_format(raw, n);
	for (unsigned int i = 0; i < n; i++) {
		struct inq_orc_entry e = inq_orc_decode(&format, raw[i]);

		if (e.type > INQ_ORC_REGS_PARTIAL || e.sp_reg > INQ_ORC_REG_INVALID ||
		    e.bp_reg > INQ_ORC_REG_INVALID)
			__builtin_trap();
	}
	return 0;
}
