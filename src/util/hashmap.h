/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_UTIL_HASHMAP_H
#define INQ_UTIL_HASHMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A map from a 64-bit key (an address, an id, a string's hash) to a 64-bit
 * value.  Open addressing, at most half full, no deletion.
 */
struct inq_hashmap {
	struct inq_hashmap_slot *slots; /**< NULL while empty */
	size_t n;			/**< keys held */
	size_t mask;			/**< number of slots - 1 */
};

#define INQ_HASHMAP_INIT ((struct inq_hashmap){0})

/** Set @key to @value (replacing); false where memory is short. */
bool inq_hashmap_put(struct inq_hashmap *m, uint64_t key, uint64_t value);
/** Whether @key is there, and its value in *@ret (untouched otherwise; may be NULL). */
bool inq_hashmap_get(const struct inq_hashmap *m, uint64_t key, uint64_t *ret);
void inq_hashmap_deinit(struct inq_hashmap *m);

/** FNV-1a of @n bytes, continued from @hash (start with INQ_HASH_START). */
uint64_t inq_hash_bytes(uint64_t hash, const void *bytes, size_t n);
#define INQ_HASH_START UINT64_C(0xcbf29ce484222325)

#endif
