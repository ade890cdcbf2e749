// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The input is code: every architecture decodes it and prints it.
 */
#include "arch/arch.h"

#include "fuzz.h"

#include "util/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct inq_arch *arch = inq_arch_by_name("x86_64");
	uint64_t base = 0xffffffff81000000;
	char text[64];

	for (size_t at = 0; at < size;) {
		struct inq_insn insn;

		if (!arch->decode(data + at, size - at, base + at, &insn)) {
			at++;
			continue;
		}
		if (insn.len == 0 || insn.len > size - at)
			__builtin_trap();
		arch->format_insn(data + at, size - at, base + at, text, sizeof(text));
		at += insn.len;
	}
	return 0;
}
