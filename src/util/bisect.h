/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UTIL_BISECT_H
#define INQ_UTIL_BISECT_H

#include <stddef.h>

/**
 * Of @n things that are sorted so that all for which @cond holds come before the others: how many
 * these are, which is also the index of the first other one.  @i is the name of the index in @cond.
 *
 *	size_t below = inq_bisect(s->n, i, s->v[i].addr <= addr);
 *
 * @cond is evaluated about log2(n) times.  Things that are not sorted so give some number in
 * [0, n], never an endless search.
 */
#define inq_bisect(n, i, cond)                                                                     \
	({                                                                                         \
		size_t inq_lo_ = 0, inq_hi_ = (n);                                                 \
		while (inq_lo_ < inq_hi_) {                                                        \
			size_t i = inq_lo_ + (inq_hi_ - inq_lo_) / 2;                              \
			if (cond)                                                                  \
				inq_lo_ = i + 1;                                                   \
			else                                                                       \
				inq_hi_ = i;                                                       \
		}                                                                                  \
		inq_lo_;                                                                           \
	})

#endif
