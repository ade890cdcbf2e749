// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files by descriptor and by name:
 *
 *	task -> files -> fdt -> fd[] -> file.f_path { mnt, dentry }
 *	dentry.d_parent ... up to the mount's root, then on at mount.mnt_mountpoint of mnt_parent
 */
#include "inspect/files.h"

#include <inttypes.h>
#include <string.h>

#include "kernel/fields.h"
#include "kernel/symtab.h"
#include "util/strbuf.h"

#include "util/banned.h"

enum { PARTS_MAX = 64, NAME_BYTES = 256, FDS_MAX = 1 << 26 };

/* include/uapi/linux/stat.h */
enum { TYPE_MASK = 0170000, TYPE_SOCK = 0140000, TYPE_BLK = 0060000, TYPE_CHR = 0020000 };

enum {
	TASK_FILES,
	FILES_FDT,
	FDT_FD,
	FDT_MAX,
	FILE_MNT,
	FILE_DENTRY,
	FILE_INODE,
	DENTRY_NAME,
	DENTRY_PARENT,
	MOUNT_MNT,
	MOUNT_PARENT,
	MOUNT_POINT,
	VFSMOUNT_ROOT,
	INODE_MODE,
	INODE_RDEV,
	INODE_INO,
	SOCKET_ALLOC_INODE,
	SOCKET_SK,
	SOCK_PROT,
	PROTO_NAME,
	FILES_NR
};
static const struct inq_field_def files_defs[FILES_NR] = {
	[TASK_FILES] = {"task_struct", "files", INQ_OPTIONAL},
	[FILES_FDT] = {"files_struct", "fdt", INQ_OPTIONAL},
	[FDT_FD] = {"fdtable", "fd", INQ_OPTIONAL},
	[FDT_MAX] = {"fdtable", "max_fds", INQ_OPTIONAL},
	[FILE_MNT] = {"file", "f_path.mnt", INQ_OPTIONAL},
	[FILE_DENTRY] = {"file", "f_path.dentry", INQ_OPTIONAL},
	[FILE_INODE] = {"file", "f_inode", INQ_OPTIONAL},
	[DENTRY_NAME] = {"dentry", "d_name.name", INQ_OPTIONAL},
	[DENTRY_PARENT] = {"dentry", "d_parent", INQ_OPTIONAL},
	[MOUNT_MNT] = {"mount", "mnt", INQ_OPTIONAL},
	[MOUNT_PARENT] = {"mount", "mnt_parent", INQ_OPTIONAL},
	[MOUNT_POINT] = {"mount", "mnt_mountpoint", INQ_OPTIONAL},
	[VFSMOUNT_ROOT] = {"vfsmount", "mnt_root", INQ_OPTIONAL},
	[INODE_MODE] = {"inode", "i_mode", INQ_OPTIONAL},
	[INODE_RDEV] = {"inode", "i_rdev", INQ_OPTIONAL},
	[INODE_INO] = {"inode", "i_ino", INQ_OPTIONAL},
	[SOCKET_ALLOC_INODE] = {"socket_alloc", "vfs_inode", INQ_OPTIONAL},
	/* struct socket is the first member of struct socket_alloc (include/net/sock.h) */
	[SOCKET_SK] = {"socket_alloc", "socket.sk", INQ_OPTIONAL},
	[SOCK_PROT] = {"sock", "__sk_common.skc_prot", INQ_OPTIONAL},
	[PROTO_NAME] = {"proto", "name", INQ_OPTIONAL},
};

struct reader {
	struct inq_inspect *in;
	struct inq_field f[FILES_NR];
};

static void reader_init(struct reader *rd, struct inq_inspect *in)
{
	rd->in = in;
	inq_error_destroy(inq_fields_resolve(in->k, files_defs, rd->f, FILES_NR));
}

static uint64_t get(struct reader *rd, int field, uint64_t base)
{
	uint64_t v;

	return base && inq_field_try_u64(rd->in->k, &rd->f[field], base, &v) ? v : 0;
}

uint64_t inq_file_of_fd(struct inq_inspect *in, uint64_t task, uint32_t fd, uint64_t *ret_slot)
{
	struct reader rd;
	uint64_t fdt, fds, max, file;

	reader_init(&rd, in);
	fdt = get(&rd, FILES_FDT, get(&rd, TASK_FILES, task));
	fds = get(&rd, FDT_FD, fdt);
	max = get(&rd, FDT_MAX, fdt);
	if (!fds || fd >= max || max > FDS_MAX ||
	    !inq_dump_try_u64(in->k->dump, fds + (uint64_t)fd * 8, &file))
		return 0;
	if (ret_slot)
		*ret_slot = fds + (uint64_t)fd * 8;
	return file;
}

/* One step up a path: false at its top, or where it can't be read.  Passes mount points. */
static bool step_up(struct reader *rd, uint64_t *mnt, uint64_t *dentry)
{
	uint64_t mount, parent;

	for (unsigned int i = 0; *mnt && i < PARTS_MAX; i++) {
		if (*dentry != get(rd, VFSMOUNT_ROOT, *mnt))
			break;
		/* container_of(mnt, struct mount, mnt) */
		mount = *mnt - rd->f[MOUNT_MNT].offset;
		parent = rd->f[MOUNT_MNT].found ? get(rd, MOUNT_PARENT, mount) : 0;
		if (!parent || parent == mount)
			return false;
		*dentry = get(rd, MOUNT_POINT, mount);
		*mnt = parent + rd->f[MOUNT_MNT].offset;
	}
	return *dentry && get(rd, DENTRY_PARENT, *dentry) != *dentry;
}

static bool path_of(struct reader *rd, uint64_t mnt, uint64_t dentry, struct inq_strbuf *sb)
{
	uint64_t parts[PARTS_MAX];
	char name[NAME_BYTES];
	size_t n = 0;

	while (n < PARTS_MAX && step_up(rd, &mnt, &dentry)) {
		parts[n++] = dentry;
		dentry = get(rd, DENTRY_PARENT, dentry);
	}
	if (n == PARTS_MAX)
		inq_strbuf_add(sb, "...");
	for (size_t i = n; i-- > 0;) {
		if (!inq_field_try_str(rd->in->k, &rd->f[DENTRY_NAME], parts[i], name,
				       sizeof(name)))
			return false;
		inq_strbuf_addf(sb, "/%s", name);
	}
	if (n == 0)
		inq_strbuf_addc(sb, '/');
	return true;
}

/* "UDP socket" */
static bool socket_of(struct reader *rd, uint64_t inode, struct inq_strbuf *sb)
{
	uint64_t sk, proto;
	char name[32];

	if (!rd->f[SOCKET_ALLOC_INODE].found)
		return false;
	sk = get(rd, SOCKET_SK, inode - rd->f[SOCKET_ALLOC_INODE].offset);
	proto = get(rd, SOCK_PROT, sk);
	if (!proto ||
	    !inq_field_try_str(rd->in->k, &rd->f[PROTO_NAME], proto, name, sizeof(name)) ||
	    !name[0])
		return false;
	inq_strbuf_addf(sb, "%s socket", name);
	return true;
}

/* Names of files that are in no tree: "pipe:[12]", "anon_inode:[eventfd]". */
static bool detached(struct reader *rd, uint64_t dentry, uint64_t inode, struct inq_strbuf *sb)
{
	char name[NAME_BYTES] = "";

	inq_field_try_str(rd->in->k, &rd->f[DENTRY_NAME], dentry, name, sizeof(name));
	if (!name[0] && !get(rd, INODE_INO, inode))
		return false;
	if (name[0])
		inq_strbuf_add(sb, name);
	else
		inq_strbuf_addf(sb, "pipe:[%" PRIu64 "]", get(rd, INODE_INO, inode));
	return true;
}

const char *inq_file_describe(struct inq_inspect *in, uint64_t file)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct reader rd;
	uint64_t dentry, inode, mode, dev;
	bool found;

	reader_init(&rd, in);
	dentry = get(&rd, FILE_DENTRY, file);
	inode = get(&rd, FILE_INODE, file);
	mode = get(&rd, INODE_MODE, inode) & TYPE_MASK;
	if (!dentry)
		return NULL;
	if (mode == TYPE_SOCK)
		found = socket_of(&rd, inode, &sb);
	else if (get(&rd, DENTRY_PARENT, dentry) == dentry &&
		 dentry != get(&rd, VFSMOUNT_ROOT, get(&rd, FILE_MNT, file)))
		found = detached(&rd, dentry, inode, &sb);
	else
		found = path_of(&rd, get(&rd, FILE_MNT, file), dentry, &sb);
	if (!found)
		return NULL;
	dev = get(&rd, INODE_RDEV, inode); /* MAJOR() and MINOR() of include/linux/kdev_t.h */
	if (mode == TYPE_CHR || mode == TYPE_BLK)
		inq_strbuf_addf(&sb, " (%s device %" PRIu64 ":%" PRIu64 ")",
				mode == TYPE_CHR ? "character" : "block", dev >> 20,
				dev & ((1 << 20) - 1));
	in->c->arena.failed |= sb.failed;
	return inq_arena_strdup(&in->c->arena, inq_strbuf_str(&sb));
}
