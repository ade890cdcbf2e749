// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who a process is: its program (mm->exe_file), its command line (user memory at mm->arg_start),
 * user, PID namespace, terminal.  What is filtered or gone (an exiting task has no mm) stays
 * unknown.
 */
#include "inspect/process.h"

#include <inttypes.h>
#include <string.h>

#include "inspect/cgroups.h"
#include "inspect/facts.h"
#include "inspect/files.h"
#include "inspect/user_memory.h"
#include "util/strbuf.h"

#include "util/banned.h"

enum { CMDLINE_MAX = 256, PID_LEVELS_MAX = 32 };

enum {
	MM_ARG_START,
	MM_ARG_END,
	MM_EXE_FILE,
	TASK_CRED,
	TASK_THREAD_PID,
	TASK_SIGNAL,
	CRED_UID,
	PID_LEVEL,
	PID_NUMBERS,
	UPID_NR,
	SIGNAL_TTY,
	TTY_NAME,
	PROCESS_NR
};
static const struct inq_field_def process_defs[PROCESS_NR] = {
	[MM_ARG_START] = {"mm_struct", "arg_start", INQ_OPTIONAL},
	[MM_ARG_END] = {"mm_struct", "arg_end", INQ_OPTIONAL},
	[MM_EXE_FILE] = {"mm_struct", "exe_file", INQ_OPTIONAL},
	[TASK_CRED] = {"task_struct", "real_cred", INQ_OPTIONAL},
	[TASK_THREAD_PID] = {"task_struct", "thread_pid", INQ_OPTIONAL},
	[TASK_SIGNAL] = {"task_struct", "signal", INQ_OPTIONAL},
	[CRED_UID] = {"cred", "uid.val", INQ_OPTIONAL},
	[PID_LEVEL] = {"pid", "level", INQ_OPTIONAL},
	[PID_NUMBERS] = {"pid", "numbers", INQ_OPTIONAL},
	[UPID_NR] = {"upid", "nr", INQ_OPTIONAL},
	[SIGNAL_TTY] = {"signal_struct", "tty", INQ_OPTIONAL},
	[TTY_NAME] = {"tty_struct", "name", INQ_OPTIONAL},
};

/* "/bin/sh -c job": NULs between the arguments become spaces. */
static const char *cmdline(struct inq_inspect *in, const struct inq_field *f, uint64_t mm)
{
	uint64_t start, end;
	char buf[CMDLINE_MAX + 4];
	size_t n, len;

	if (!mm || !inq_field_try_u64(in->k, &f[MM_ARG_START], mm, &start) ||
	    !inq_field_try_u64(in->k, &f[MM_ARG_END], mm, &end) || end <= start)
		return NULL;
	len = end - start > CMDLINE_MAX ? CMDLINE_MAX : (size_t)(end - start);
	n = inq_user_read(in, mm, start, buf, len);
	while (n && !buf[n - 1])
		n--;
	for (size_t i = 0; i < n; i++) {
		if (!buf[i])
			buf[i] = ' ';
	}
	if (n && end - start > CMDLINE_MAX) {
		memcpy(buf + n, "...", 3);
		n += 3;
	}
	return n ? inq_arena_strndup(&in->c->arena, buf, n) : NULL;
}

static void read_mm(struct inq_inspect *in, const struct inq_field *f, uint64_t mm,
		    struct inq_process *p)
{
	uint64_t file;

	if (!mm)
		return;
	p->cmdline = cmdline(in, f, mm);
	if (!inq_field_try_u64(in->k, &f[MM_EXE_FILE], mm, &file) || !file)
		return;
	p->exe = inq_file_describe(in, file);
	if (p->exe)
		inq_ids_add(in->c, &p->evidence,
			    inq_fact_member(in, "mm_struct", "exe_file", mm, &f[MM_EXE_FILE], file,
					    inq_fact_task_name(in, p->task)));
}

static void read_user(struct inq_inspect *in, const struct inq_field *f, uint64_t task,
		      struct inq_process *p)
{
	uint64_t cred, uid;

	if (!inq_field_try_u64(in->k, &f[TASK_CRED], task, &cred) ||
	    !inq_field_try_u64(in->k, &f[CRED_UID], cred, &uid))
		return;
	p->uid = (int64_t)(uid & UINT32_MAX);
	inq_ids_add(in->c, &p->evidence,
		    inq_fact_member(in, "cred", "uid.val", cred, &f[CRED_UID], uid,
				    inq_fact_task_name(in, p->task)));
}

static void read_pid_ns(struct inq_inspect *in, const struct inq_field *f, uint64_t task,
			struct inq_process *p)
{
	uint64_t pid, level, nr;
	size_t size;

	if (!inq_field_try_u64(in->k, &f[TASK_THREAD_PID], task, &pid) || !pid ||
	    !inq_field_try_u64(in->k, &f[PID_LEVEL], pid, &level) || level > PID_LEVELS_MAX ||
	    !f[PID_NUMBERS].found || !inq_struct_size(in->k, "upid", &size) ||
	    !inq_field_try_u64(in->k, &f[UPID_NR], pid + f[PID_NUMBERS].offset + level * size, &nr))
		return;
	p->pid_ns_level = (int32_t)level;
	p->ns_pid = (int32_t)nr;
}

static void read_tty(struct inq_inspect *in, const struct inq_field *f, uint64_t task,
		     struct inq_process *p)
{
	uint64_t signal, tty;
	char name[64];

	if (inq_field_try_u64(in->k, &f[TASK_SIGNAL], task, &signal) && signal &&
	    inq_field_try_u64(in->k, &f[SIGNAL_TTY], signal, &tty) && tty &&
	    inq_field_try_str(in->k, &f[TTY_NAME], tty, name, sizeof(name)) && name[0])
		p->tty = inq_arena_strdup(&in->c->arena, name);
}

inq_id inq_process_read(struct inq_inspect *in, inq_id task)
{
	const struct inq_task *t = inq_case_task(in->c, task);
	struct inq_field f[PROCESS_NR];
	struct inq_process p = {.task = task, .uid = -1, .pid_ns_level = -1, .ns_pid = -1};
	struct inq_process *kept;
	inq_id known = inq_process_of(in->c, task);

	if (known != INQ_NONE || !t || !t->addr || t->kthread || t->pid <= 0)
		return known;
	inq_error_destroy(inq_fields_resolve(in->k, process_defs, f, PROCESS_NR));
	read_mm(in, f, t->mm, &p);
	read_user(in, f, t->addr, &p);
	read_pid_ns(in, f, t->addr, &p);
	read_tty(in, f, t->addr, &p);
	inq_cgroup_read(in, t->addr, &p);
	kept = inq_case_add(in->c, &in->c->processes);
	if (!kept)
		return INQ_NONE;
	*kept = p;
	return (inq_id)(in->c->processes.n - 1);
}
