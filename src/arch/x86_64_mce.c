// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a machine check bank says (Intel SDM vol. 3, "Machine-Check Architecture"; AMD APM vol. 2
 * has the same codes), MCi_STATUS:
 *
 *	63 VAL  62 OVER  61 UC  60 EN  59 MISCV  58 ADDRV  57 PCC	15:0 MCA error code
 *
 * The error code is a simple one, or a compound: what kind of thing (TLB, cache, memory
 * controller, bus), what was asked of it (RRRR), for what (TT), at which level (LL).
 */
#include <stdio.h>

#include "arch/x86_64.h"

#include "util/banned.h"

#define BIT(n) (UINT64_C(1) << (n))
enum { OVER = 62, UC = 61, PCC = 57 };

static const char *const requests[16] = {
	"a generic error",	"a generic read", "a generic write", "a data read", "a data write",
	"an instruction fetch", "a prefetch",	  "an eviction",     "a snoop",
};
static const char *const kinds[4] = {"instruction", "data", "generic", "?"};
static const char *const levels[4] = {"L0", "L1", "L2", "generic"};
static const char *const memory_requests[8] = {
	"a generic error", "a memory read", "a memory write", "address or command", "scrubbing",
};

static const char *simple(unsigned int code)
{
	switch (code) {
	case 0x0001:
		return "an unclassified error";
	case 0x0002:
		return "a parity error in the microcode ROM";
	case 0x0003:
		return "an error signalled from outside";
	case 0x0004:
		return "a redundancy check (FRC) error";
	case 0x0005:
		return "an internal parity error";
	case 0x0400:
		return "an internal timer error: the CPU did not retire instructions (hang)";
	default:
		return NULL;
	}
}

static const char *or_unknown(const char *s)
{
	return s ? s : "an unknown request";
}

static void compound(unsigned int code, char *buf, size_t size)
{
	const char *level = levels[code & 3], *kind = kinds[code >> 2 & 3];
	const char *request = or_unknown(requests[code >> 4 & 15]);

	code &= ~0x1000U; /* filtered: corrected errors are no longer counted */
	if ((code & 0xff00) == 0x0100)
		snprintf(buf, size, "the %s cache (%s), %s", level, kind, request);
	else if ((code & 0xfff0) == 0x0010)
		snprintf(buf, size, "the %s TLB (%s)", level, kind);
	else if ((code & 0xfffc) == 0x000c)
		snprintf(buf, size, "the %s cache", level);
	else if ((code & 0xff80) == 0x0080)
		snprintf(buf, size, "the memory controller, %s, channel %u",
			 or_unknown(memory_requests[code >> 4 & 7]), code & 15);
	else if ((code & 0xf800) == 0x0800)
		snprintf(buf, size, "the bus or interconnect (%s), %s",
			 code & 0x100 ? "timed out" : "no timeout", request);
	else
		snprintf(buf, size, "error code 0x%04x", code);
}

void inq_x86_64_describe_machine_check(uint64_t status, char *buf, size_t size)
{
	unsigned int code = status & 0xffff;
	char what[96];

	if (simple(code))
		snprintf(what, sizeof(what), "%s", simple(code));
	else
		compound(code, what, sizeof(what));
	snprintf(buf, size, "%s error in %s%s%s", status & BIT(UC) ? "uncorrected" : "corrected",
		 what, status & BIT(PCC) ? "; the CPU's state is corrupt" : "",
		 status & BIT(OVER) ? "; more errors were lost" : "");
}
