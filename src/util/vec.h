/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UTIL_VEC_H
#define INQ_UTIL_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/**
 * A growing array of @type, as an anonymous struct:
 *
 *	inq_vec(struct inq_symbol) syms = {0};
 *	struct inq_symbol *s = inq_vec_push(&syms);   // zeroed; NULL: no memory
 *	for (size_t i = 0; i < syms.n; i++) use(&syms.v[i]);
 *	inq_vec_deinit(&syms);
 *
 * Pointers into `v` are borrowed until the next push.
 */
#define inq_vec(type)                                                                              \
	struct {                                                                                   \
		type *v;    /* n elements */                                                       \
		size_t n;   /* in use */                                                           \
		size_t max; /* allocated */                                                        \
	}

/** Implementation of inq_vec_push(): room for one more, or false. */
bool inq_vec_grow(void **v, size_t n, size_t *max, size_t elem_size);

#define inq_vec_push(vec)                                                                          \
	({                                                                                         \
		__typeof__((vec)->v) inq_e_ = NULL;                                                \
		void *inq_p_ = (vec)->v;                                                           \
		if (inq_vec_grow(&inq_p_, (vec)->n, &(vec)->max, sizeof(*(vec)->v))) {             \
			(vec)->v = inq_p_;                                                         \
			inq_e_ = &(vec)->v[(vec)->n++];                                            \
			__builtin_memset(inq_e_, 0, sizeof(*inq_e_));                              \
		}                                                                                  \
		inq_e_;                                                                            \
	})

#define inq_vec_deinit(vec)                                                                        \
	do {                                                                                       \
		free((vec)->v);                                                                    \
		(vec)->v = NULL;                                                                   \
		(vec)->n = (vec)->max = 0;                                                         \
	} while (0)

#endif
