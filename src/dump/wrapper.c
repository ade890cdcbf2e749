// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A dump inside .gz, .bz2, .xz, .zst or .lz4.  A dump is read at random places, so
 * it is decompressed once, to a temporary file that has no name (TMPDIR, else
 * /var/tmp, which unlike /tmp is meant for big files).
 *
 * Against decompression bombs: what comes out must begin like a dump, and must not
 * be larger than the room in the temporary directory, holes included.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "dump/codec.h"
#include "dump/file.h"

#include "util/banned.h"

enum { CHUNK = 256 * 1024, HOLE = 4096 };

/* Left free in the temporary directory for everybody else. */
static const uint64_t room_reserve = 64 << 20;

struct unwrap {
	const struct inq_file *from;
	const struct inq_codec *codec;
	void *state;
	unsigned char *in;  /* CHUNK bytes */
	unsigned char *out; /* CHUNK bytes */
	uint64_t pos;	    /* read so far */
	uint64_t size;	    /* decompressed so far */
	uint64_t room;	    /* what size must not exceed */
	const char *dir;    /* where the temporary file is */
	int fd;
};

static const struct inq_codec *codec_of(const struct inq_file *file)
{
	unsigned char magic[8] = {0};

	if (!inq_file_try_pread(file, magic, sizeof(magic), 0))
		return NULL;
	for (size_t i = 0; i < inq_ncodecs; i++) {
		if (!memcmp(magic, inq_codecs[i].magic, inq_codecs[i].magic_len))
			return &inq_codecs[i];
	}
	return NULL;
}

static struct inq_error *open_temporary(struct unwrap *u)
{
	const char *dir = getenv("TMPDIR");
	cleanup_free char *path = NULL;
	struct statvfs fs;

	u->dir = dir && *dir ? dir : "/var/tmp";
	u->fd = open(u->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (u->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		if (asprintf(&path, "%s/inquest.XXXXXX", u->dir) < 0) {
			path = NULL;
			return &inq_enomem;
		}
		u->fd = mkostemp(path, O_CLOEXEC);
		if (u->fd >= 0)
			unlink(path);
	}
	if (u->fd < 0 || fstatvfs(u->fd, &fs))
		return inq_error_create(INQ_ERR_OS, 0,
					"can't make a temporary file in %s (set TMPDIR): %s",
					u->dir, strerror(errno));
	u->room = (uint64_t)fs.f_bavail * fs.f_frsize;
	u->room = u->room > room_reserve ? u->room - room_reserve : 0;
	return NULL;
}

static struct inq_error *no_room(const struct unwrap *u)
{
	return inq_error_create(INQ_ERR_OS, 0,
				"not enough room in %s to decompress it (set TMPDIR)", u->dir);
}

static struct inq_error *write_all(const struct unwrap *u, const unsigned char *p, size_t len,
				   uint64_t off)
{
	while (len) {
		ssize_t n = pwrite(u->fd, p, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == ENOSPC || errno == EFBIG || errno == EDQUOT))
			return no_room(u);
		if (n < 0)
			return inq_error_create(INQ_ERR_OS, 0, "can't write in %s: %s", u->dir,
						strerror(errno));
		p += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return NULL;
}

static bool all_zero(const unsigned char *p, size_t n)
{
	return !p[0] && !memcmp(p, p + 1, n - 1);
}

/* Write @len bytes of output, zeros as holes. */
static struct inq_error *put(struct unwrap *u, size_t len)
{
	struct inq_error *err = NULL;

	if (len > u->room - u->size)
		return no_room(u);
	for (size_t i = 0; i < len && !err;) {
		size_t n = 0;

		while (i + n < len) {
			size_t step = len - i - n < HOLE ? len - i - n : HOLE;

			if (all_zero(u->out + i + n, step))
				break;
			n += step;
		}
		err = write_all(u, u->out + i, n, u->size + i);
		i += n;
		if (i < len)
			i += len - i < HOLE ? len - i : HOLE;
	}
	u->size += len;
	return err;
}

static bool looks_like_dump(const unsigned char *p, size_t n)
{
	return n >= 16 && (!memcmp(p, "\177ELF", 4) || !memcmp(p, "KDUMP   ", 8) ||
			   !memcmp(p, "makedumpfile", 12));
}

/* What has come out so far goes to the temporary file. */
static struct inq_error *flush(struct unwrap *u, struct inq_codec_io *io)
{
	size_t len = CHUNK - io->out_len;

	io->out = u->out;
	io->out_len = CHUNK;
	if (!u->size && !looks_like_dump(u->out, len))
		return inq_error_create(INQ_ERR_NOTSUP, 0, "no kernel dump: a %s file of %s",
					u->codec->suffix + 1, len ? "something else" : "nothing");
	return len ? put(u, len) : NULL;
}

static struct inq_error *refill(struct unwrap *u, struct inq_codec_io *io)
{
	uint64_t left = u->from->size - u->pos;
	struct inq_error *err;

	if (io->in_len)
		return NULL;
	io->in = u->in;
	io->in_len = left < CHUNK ? left : CHUNK;
	err = inq_file_pread(u->from, u->in, io->in_len, u->pos);
	u->pos += io->in_len;
	return err;
}

/*
 * All streams of the file, one after the other (pigz, pbzip2 and pzstd write several).
 * A file that is cut off or damaged gives what comes before that, and *@ret_cut.
 */
static struct inq_error *unwrap_all(struct unwrap *u, bool *ret_cut)
{
	struct inq_codec_io io = {.out = u->out, .out_len = CHUNK};
	enum inq_codec_result r = INQ_CODEC_MORE;
	unsigned int streams = 0;
	bool fruitless = true; /* nothing has come out of this stream yet */

	for (;;) {
		struct inq_error *err = refill(u, &io);
		struct inq_codec_io before;

		if (err)
			return err;
		if (r == INQ_CODEC_END) {
			if (!io.in_len || u->codec->reset(u->state) != INQ_CODEC_MORE)
				break;
			fruitless = true;
		}
		before = io;
		r = u->codec->step(u->state, &io);
		streams += r == INQ_CODEC_END;
		fruitless &= io.out_len == before.out_len;
		if (r == INQ_CODEC_NOMEM)
			return &inq_enomem;
		/* Padding may follow a whole stream: gzip ignores it, too. */
		*ret_cut = r == INQ_CODEC_MORE || !streams || !fruitless;
		if (r == INQ_CODEC_BAD || (r == INQ_CODEC_MORE && io.in_len == before.in_len &&
					   io.out_len == before.out_len))
			break;
		*ret_cut = false;
		err = io.out_len ? NULL : flush(u, &io);
		if (err)
			return err;
	}
	return flush(u, &io);
}

static void unwrap_release(struct unwrap *u)
{
	if (u->state)
		u->codec->destroy(u->state);
	if (u->fd >= 0)
		close(u->fd);
	free(u->in);
	free(u->out);
}

struct inq_error *inq_file_unwrap(struct inq_file *file, const char **ret_suffix)
{
	struct unwrap u = {.from = file, .fd = -1, .codec = codec_of(file)};
	struct inq_error *err;
	bool cut = false;

	*ret_suffix = "";
	if (!u.codec)
		return NULL;
	u.state = u.codec->create();
	u.in = malloc(CHUNK);
	u.out = malloc(CHUNK);
	err = u.state && u.in && u.out ? open_temporary(&u) : &inq_enomem;
	if (!err)
		err = unwrap_all(&u, &cut);
	if (!err && ftruncate(u.fd, (off_t)u.size))
		err = no_room(&u);
	if (!err) {
		inq_file_deinit(file);
		*file = (struct inq_file){.fd = u.fd, .size = u.size, .cut = cut};
		*ret_suffix = u.codec->suffix;
		u.fd = -1;
	}
	unwrap_release(&u);
	return err;
}
