// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes memory and touches it, until there is none. usage: eater NAME */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define CHUNK_BYTES (1UL << 20)

int main(int argc, char **argv)
{
	prctl(PR_SET_NAME, argc > 1 ? argv[1] : "eater");
	for (;;) {
		char *p = malloc(CHUNK_BYTES);

		if (p)
			memset(p, 1, CHUNK_BYTES);
	}
}
