// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/bisect.h"
#include "util/banned.h"

struct inq_error *inq_file_open(const char *path, struct inq_file *ret)
{
	/* O_NONBLOCK: opening a fifo that nobody writes must not hang. */
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return inq_error_create(INQ_ERR_OS, 0, "can't open: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return inq_error_create(INQ_ERR_OS, 0, "is a directory");
	if (!S_ISREG(st.st_mode))
		return inq_error_create(INQ_ERR_OS, 0, "is no regular file");
	*ret = (struct inq_file){.fd = fd, .size = (uint64_t)st.st_size};
	fd = -1;
	return NULL;
}

void inq_file_deinit(struct inq_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	free(file->pieces);
	*file = INQ_FILE_INIT;
}

/* errno is 0 at the end of the file. */
static bool pread_all(int fd, unsigned char *p, size_t len, uint64_t off)
{
	while (len) {
		ssize_t n = pread(fd, p, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (!n)
				errno = 0;
			return false;
		}
		p += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return true;
}

/* The index of the first piece that ends after @off. */
static size_t find_piece(const struct inq_file *file, uint64_t off)
{
	return inq_bisect(file->npieces, i, file->pieces[i].off + file->pieces[i].len <= off);
}

static bool pread_pieces(const struct inq_file *file, unsigned char *p, size_t len, uint64_t off)
{
	for (size_t i = find_piece(file, off); len; i++) {
		const struct inq_file_piece *piece = &file->pieces[i];
		uint64_t gap = i < file->npieces ? piece->off : UINT64_MAX;
		uint64_t n;

		gap = gap > off ? gap - off : 0;
		n = gap < len ? gap : len;
		memset(p, 0, n);
		p += n;
		off += n;
		len -= n;
		if (!len)
			break;
		n = piece->off + piece->len - off;
		if (n > len)
			n = len;
		if (!pread_all(file->fd, p, n, piece->pos + (off - piece->off)))
			return false;
		p += n;
		off += n;
		len -= n;
	}
	return true;
}

bool inq_file_try_pread(const struct inq_file *file, void *buf, size_t len, uint64_t off)
{
	errno = 0;
	if (!inq_file_has(file, off, len))
		return false;
	return file->pieces ? pread_pieces(file, buf, len, off)
			    : pread_all(file->fd, buf, len, off);
}

struct inq_error *inq_file_pread(const struct inq_file *file, void *buf, size_t len, uint64_t off)
{
	if (inq_file_try_pread(file, buf, len, off))
		return NULL;
	if (errno)
		return inq_error_create(INQ_ERR_OS, 0, "can't read: %s", strerror(errno));
	return inq_error_create(INQ_ERR_OS, 0, "cut off: it ends before byte %llu",
				(unsigned long long)off + len);
}
