// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What test_source.c looks for lines in: compiled with DWARF, linked as an image and left as a
 * module's object.  Its lines have names and numbers of their own, so that editing moves none.
 */
struct drum {
	int beats;
	struct drum *next;
};
struct drum drums[2];

static const char modinfo[] __attribute__((section(".modinfo"), used)) =
	"vermagic=6.1.0-9-drum SMP";

#line 100 "kernel/drum.c"
static inline __attribute__((always_inline)) int beats(const volatile int *p)
{
	return p[0] + p[1]; /* 102 */
}

int hum(const volatile int *p);
int hum(const volatile int *p)
{
	return 3 * beats(p); /* 108 */
}
