// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/hashmap.h"

#include <stdlib.h>

#include "util/banned.h"

struct inq_hashmap_slot {
	uint64_t key;
	uint64_t value;
	bool used;
};

static size_t slot_of(const struct inq_hashmap *m, uint64_t key)
{
	uint64_t h = key * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(h >> 32) & m->mask;

	while (m->slots[i].used && m->slots[i].key != key)
		i = (i + 1) & m->mask;
	return i;
}

static bool hashmap_grow(struct inq_hashmap *m)
{
	size_t size = m->slots ? (m->mask + 1) * 2 : 16;
	struct inq_hashmap bigger = {.mask = size - 1, .n = m->n};

	bigger.slots = calloc(size, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; m->slots && i <= m->mask; i++) {
		if (m->slots[i].used)
			bigger.slots[slot_of(&bigger, m->slots[i].key)] = m->slots[i];
	}
	free(m->slots);
	*m = bigger;
	return true;
}

bool inq_hashmap_put(struct inq_hashmap *m, uint64_t key, uint64_t value)
{
	size_t i;

	if ((!m->slots || m->n * 2 > m->mask) && !hashmap_grow(m))
		return false;
	i = slot_of(m, key);
	if (!m->slots[i].used)
		m->n++;
	m->slots[i] = (struct inq_hashmap_slot){.key = key, .value = value, .used = true};
	return true;
}

bool inq_hashmap_get(const struct inq_hashmap *m, uint64_t key, uint64_t *ret)
{
	size_t i;

	if (!m->slots)
		return false;
	i = slot_of(m, key);
	if (!m->slots[i].used)
		return false;
	if (ret)
		*ret = m->slots[i].value;
	return true;
}

void inq_hashmap_deinit(struct inq_hashmap *m)
{
	free(m->slots);
	*m = INQ_HASHMAP_INIT;
}

uint64_t inq_hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}
