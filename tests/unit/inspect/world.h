/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_INSPECT_WORLD_H
#define TESTS_INSPECT_WORLD_H

/*
 * A kernel for inspectors to look at: memory, symbols and types that a test makes by name:
 *
 *	world_begin();
 *	world_struct("mutex", 32, (struct world_member[]){{"owner", "atomic", 0}, {0}});
 *	world_symbol("msg_lock", world_data(32), 32);
 *	world_ready();                                  // now world.in is there
 *	put64(addr, value); ... inq_inspect_NAME(world.in); ...
 *	world_end();
 *
 * Types known from the start: u8 u16 u32 s32 u64 s64 ptr (a void *), atomic { s32 counter },
 * atomic64 { s64 counter }, list_head, "char[N]" and "T[N]" of any type.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake.h"
#include "inspect/inspectors.h"

#define WORLD_TEXT    UINT64_C(0xffffffff81000000) /**< 64 KiB of image text */
#define WORLD_DATA    UINT64_C(0xffffffff82000000) /**< 256 KiB of image data */
#define WORLD_HEAP    UINT64_C(0xffff888000000000) /**< 1 MiB of direct map */
#define WORLD_PERCPU  UINT64_C(0xffff888080000000) /**< 64 KiB for each of the CPUs */
#define WORLD_VMEMMAP UINT64_C(0xffffea0000000000) /**< 256 struct pages */
#define WORLD_VMALLOC UINT64_C(0xffffc90000000000)
enum { WORLD_CPUS = 4, WORLD_PERCPU_SIZE = 0x10000 };
enum { PAGE_SIZE = 4096, STRUCT_PAGE = 64 };

struct world {
	struct inq_dump dump;
	struct inq_kernel *k;
	struct inq_inspect *in;
	struct btf *btf;
	uint64_t percpu_offset[WORLD_CPUS];
	uint64_t data_used, heap_used, percpu_used;
	size_t nr_notes;
	struct {
		unsigned char v[336];
	} notes[8];
};
extern struct world world;

struct world_member {
	const char *name, *type;
	uint32_t offset;
};

void world_begin(void);
/** @m ends with a row without a name. */
void world_struct(const char *name, uint32_t size, const struct world_member *m);
void world_symbol(const char *name, uint64_t addr, uint64_t size);
/** A global of @size bytes in the image's data; its address. */
uint64_t world_global(const char *name, uint64_t size);
/** A per-CPU variable; its symbol's value. */
uint64_t world_percpu(const char *name, uint64_t size);
/** Where @cpu's copy of it is. */
uint64_t world_percpu_at(uint64_t var, unsigned int cpu);
/** Zeroed memory out of the direct map, aligned to 64. */
uint64_t world_heap(uint64_t size);
/**
 * The direct map, vmalloc memory and struct pages: what tells where they are, before world_ready(),
 * and its values, behind it.
 */
void world_memory_map(void);
void world_memory_map_ready(void);
/** A page of the direct map, aligned; and the struct page of one. */
uint64_t world_page(void);
uint64_t world_page_struct(uint64_t addr);
/** An NT_PRSTATUS note, in order. */
void world_note(uint64_t ip, uint64_t sp, bool user);
void world_ready(void);
void world_end(void);

/** Make the list_head at @head and the @n nodes a list. */
void world_list(uint64_t head, const uint64_t *nodes, size_t n);
static inline void put64(uint64_t addr, uint64_t v)
{
	fake_put64(&world.dump, addr, v);
}
static inline void put32(uint64_t addr, uint32_t v)
{
	fake_put32(&world.dump, addr, v);
}
void put_text(uint64_t addr, const char *text);

/** Number of gaps about @what. */
size_t world_gaps(const char *what);

/* ---- tasks: world_task_types() before world_ready(), the rest after ---- */

enum {
	TASK_SIZE = 512,
	T_STATE = 0,
	T_STACK = 8,
	T_FLAGS = 16,
	T_ON_CPU = 20,
	T_EXEC_START = 24,
	T_ARRIVAL = 32,
	T_TASKS = 64,
	T_MM = 80,
	T_EXIT_STATE = 88,
	T_PID = 92,
	T_TGID = 96,
	T_PARENT = 104,
	T_THREAD_NODE = 112,
	T_COMM = 128,
	T_NSPROXY = 144,
	T_SIGNAL = 152,
	T_CPU = 160,
	T_PRIVATE = 168,
	T_RCU_ENTRY = 176,
	T_RCU_NESTING = 192,
	T_BLOCKER = 200,
	T_BLOCKED_ON = 208,
};
/** struct task_struct and friends, and init_task. */
void world_task_types(void);
/** A process of one thread, asleep, with a stack; on no list. */
uint64_t world_task(int32_t pid, const char *comm);
/** Put processes on init_task's list. */
void world_link_tasks(const uint64_t *tasks, size_t n);
/** Tasks 50 and 51, linked and read: the case has them. */
void world_two_tasks(const char *comm50, uint64_t *ret50, const char *comm51, uint64_t *ret51);

#endif
