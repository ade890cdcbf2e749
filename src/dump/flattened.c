// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The flattened format (makedumpfile -F, QEMU before 9): a dump written to a
 * pipe, as a series of 'write these bytes at that offset'.  Big endian.
 *
 *	0     16  "makedumpfile", zero padded
 *	16    8   type, 1
 *	24    8   version, 1
 *	4096      records: offset 8, size 8, then size bytes
 *	...       the end mark: offset -1, size -1
 *
 * A later record overwrites an earlier one.  We don't rearrange the file as
 * 'makedumpfile -R' does: that costs a copy of the whole dump.  We remember where
 * each part of the dump is.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "dump/file.h"
#include "util/bisect.h"
#include "util/vec.h"

#include "util/banned.h"

/* Real ones have records of 64 KiB and more: this is half a terabyte at least. */
enum { FLAT_HEADER = 4096, RECORD_HEADER = 16, RECORDS_MAX = 8 << 20 };

typedef inq_vec(struct inq_file_piece) piece_vec;

bool inq_file_is_flattened(const struct inq_file *file)
{
	char magic[16];

	return inq_file_try_pread(file, magic, sizeof(magic), 0) &&
	       !memcmp(magic, "makedumpfile\0\0\0", sizeof(magic));
}

static struct inq_error *bad_record(uint64_t pos)
{
	return inq_error_create(INQ_ERR_BADDATA, 0,
				"a damaged flattened dump: impossible record at byte %llu",
				(unsigned long long)pos);
}

static struct inq_error *collect(const struct inq_file *file, piece_vec *pieces, bool *ret_cut)
{
	uint64_t pos = FLAT_HEADER;

	*ret_cut = true;
	while (inq_file_has(file, pos, RECORD_HEADER)) {
		struct inq_file_piece piece, *p;
		uint64_t head[2];
		struct inq_error *err = inq_file_pread(file, head, sizeof(head), pos);

		if (err)
			return err;
		piece.off = be64toh(head[0]);
		piece.len = be64toh(head[1]);
		piece.pos = pos + RECORD_HEADER;
		if (piece.off == UINT64_MAX && piece.len == UINT64_MAX) {
			*ret_cut = false;
			break;
		}
		if (piece.off > INT64_MAX || piece.len > INT64_MAX - piece.off ||
		    pieces->n == RECORDS_MAX)
			return bad_record(pos);
		if (!inq_file_has(file, piece.pos, piece.len))
			piece.len = file->size - piece.pos;
		pos = piece.pos + piece.len;
		if (!piece.len)
			continue;
		p = inq_vec_push(pieces);
		if (!p)
			return &inq_enomem;
		*p = piece;
	}
	return NULL;
}

static int by_offset(const void *a, const void *b)
{
	const struct inq_file_piece *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool overlapping(const struct inq_file_piece *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (v[i].off < v[i - 1].off + v[i - 1].len)
			return true;
	}
	return false;
}

/* The index of the first cut at or behind @off. */
static size_t cut_index(const uint64_t *cuts, size_t n, uint64_t off)
{
	return inq_bisect(n, i, cuts[i] < off);
}

/* The first unpainted slot at or after @i; halves paths as it goes. */
static size_t next_free(size_t *next, size_t i)
{
	while (next[i] != i) {
		next[i] = next[next[i]];
		i = next[i];
	}
	return i;
}

/*
 * Make @v (in the order of the file, later wins) disjoint: cut the dump at all the
 * pieces' ends, and let the last piece paint its slots first.
 */
static struct inq_error *resolve(const piece_vec *v, piece_vec *ret)
{
	size_t ncuts = 2 * v->n;
	cleanup_free uint64_t *cuts = calloc(ncuts, sizeof(*cuts));
	cleanup_free size_t *next = calloc(ncuts + 1, sizeof(*next));

	if (!cuts || !next)
		return &inq_enomem;
	for (size_t i = 0; i < v->n; i++) {
		cuts[2 * i] = v->v[i].off;
		cuts[2 * i + 1] = v->v[i].off + v->v[i].len;
	}
	qsort(cuts, ncuts, sizeof(*cuts), by_number);
	for (size_t i = 0; i <= ncuts; i++)
		next[i] = i;
	for (size_t i = v->n; i-- > 0;) {
		const struct inq_file_piece *piece = &v->v[i];
		size_t at = cut_index(cuts, ncuts, piece->off);
		size_t end = cut_index(cuts, ncuts, piece->off + piece->len);

		for (at = next_free(next, at); at < end; at = next_free(next, at)) {
			struct inq_file_piece *p;

			next[at] = at + 1;
			if (cuts[at + 1] == cuts[at])
				continue;
			p = inq_vec_push(ret);
			if (!p)
				return &inq_enomem;
			*p = (struct inq_file_piece){.off = cuts[at],
						     .len = cuts[at + 1] - cuts[at],
						     .pos = piece->pos + (cuts[at] - piece->off)};
		}
	}
	qsort(ret->v, ret->n, sizeof(*ret->v), by_offset);
	return NULL;
}

/* Sorted and disjoint, in @pieces. */
static struct inq_error *settle(piece_vec *pieces)
{
	piece_vec clean = {0};
	struct inq_error *err;

	if (!overlapping(pieces->v, pieces->n)) /* in order already */
		return NULL;
	err = resolve(pieces, &clean);
	if (err) {
		inq_vec_deinit(&clean);
		return err;
	}
	inq_vec_deinit(pieces);
	*pieces = clean;
	return NULL;
}

struct inq_error *inq_file_unflatten(struct inq_file *file)
{
	piece_vec pieces = {0};
	struct inq_error *err;
	bool cut;

	err = collect(file, &pieces, &cut);
	if (!err && !pieces.n)
		err = inq_error_create(INQ_ERR_BADDATA, 0, "a flattened dump without contents");
	if (!err)
		err = settle(&pieces);
	if (err) {
		inq_vec_deinit(&pieces);
		return err;
	}
	file->pieces = pieces.v;
	file->npieces = pieces.n;
	file->cut = cut;
	file->size = pieces.v[pieces.n - 1].off + pieces.v[pieces.n - 1].len;
	return NULL;
}
