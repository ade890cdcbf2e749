/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_INSPECT_FRAMES_H
#define TESTS_INSPECT_FRAMES_H

/*
 * Stacks by hand, for inspectors that ask a frame for its arguments: a frame stands at the first
 * instruction of its function, or, with an offset, returns to there.  frames_function() before
 * world_ready(), the rest behind it.
 */

#include "arch/x86_64.h"
#include "inspect/facts.h"
#include "kernel/symtab.h"
#include "world.h"

enum { FRAME_ROOM = 0x100 };

struct frame {
	const char *function;
	uint64_t arg[3];
	enum inq_context context;
	uint64_t offset;
	uint64_t kept; /* with an offset: what it keeps in rbx; 0: not known */
};

/** The image's function @name at place @place of the text, which only returns; its address. */
static inline uint64_t frames_function(const char *name, unsigned int place)
{
	uint64_t addr = WORLD_TEXT + (uint64_t)(place + 1) * FRAME_ROOM;

	world_symbol(name, addr, FRAME_ROOM);
	memset(fake_at(&world.dump, addr, FRAME_ROOM), 0xcc, FRAME_ROOM);
	memset(fake_at(&world.dump, addr, 1), 0xc3, 1);
	return addr;
}

/** CPUs without a task or a stack. */
static inline void frames_cpus(void)
{
	for (size_t i = 0; i < WORLD_CPUS; i++) {
		struct inq_cpu *cpu = inq_case_add(world.in->c, &world.in->c->cpus);

		assert_non_null(cpu);
		cpu->nr = (int32_t)i;
		cpu->online = true;
		cpu->timer_s = -1;
		cpu->task = cpu->stack = INQ_NONE;
		cpu->ev_state = cpu->ev_irqs = cpu->ev_stuck = cpu->ev_preempt = INQ_NONE;
	}
}

static inline void frames_fill(struct inq_uframe *u, const struct frame *f)
{
	struct inq_symbol sym;

	assert_true(inq_symbol_by_name(world.k, f->function, &sym));
	u->ip = sym.addr + f->offset;
	u->exact_ip = !f->offset;
	u->how = INQ_HOW_REGS;
	u->ctx = f->context;
	if (f->kept)
		inq_regs_set(&u->regs, INQ_X86_RBX, f->kept);
	for (unsigned int n = 0; u->exact_ip && n < array_size(f->arg); n++)
		inq_regs_set(&u->regs, world.in->arch->arg_regs[n], f->arg[n]);
}

/** The stack of @f, which ends with a frame without a function; its id. */
static inline inq_id frames_stack(const struct frame *f)
{
	struct inq_ustack us = {0};

	while (f[us.n].function)
		us.n++;
	us.max = us.n;
	us.v = calloc(us.n, sizeof(*us.v));
	assert_non_null(us.v);
	for (size_t i = 0; i < us.n; i++)
		frames_fill(&us.v[i], &f[i]);
	return inq_fact_add_stack(world.in, &us);
}
#define FRAMES(...) frames_stack((const struct frame[]){__VA_ARGS__, {.function = NULL}})

static inline inq_id frames_task_id(uint64_t task)
{
	uint64_t id;

	assert_true(inq_hashmap_get(&world.in->task_ids, task, &id));
	return (inq_id)id;
}

/** @task sleeps on @stack, in frame @frame of it, for the @kind at @addr; the wait's number. */
static inline size_t frames_sleeper(uint64_t task, inq_id stack, inq_id frame,
				    enum inq_resource_kind kind, uint64_t addr)
{
	struct inq_case *c = world.in->c;
	struct inq_wait *w = inq_case_add(c, &c->waits);

	assert_non_null(w);
	c->tasks.v[frames_task_id(task)].stack = stack;
	w->waiter = (struct inq_actor){INQ_ACTOR_TASK, -1, frames_task_id(task)};
	w->target = INQ_ACTOR_INIT;
	w->since_s = -1;
	w->frame = frame;
	w->conf = INQ_CONF_CERTAIN;
	w->resource = inq_resource_find_or_add(c, kind, addr);
	return c->waits.n - 1;
}

static inline const struct inq_resource *frames_resource(size_t wait)
{
	return inq_case_resource(world.in->c, world.in->c->waits.v[wait].resource);
}

#endif
