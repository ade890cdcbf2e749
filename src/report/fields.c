// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/fields.h"

#include "util/banned.h"

#define FIELD(S, kind, m)                                                                          \
	{                                                                                          \
		.name = #m, .type = INQ_FIELD_##kind, .offset = offsetof(struct S, m),             \
		.has = INQ_FIELD_NO_FLAG                                                           \
	}
/* A member that is only valid when its flag is set. */
#define FIELD_IF(S, kind, m, flag)                                                                 \
	{                                                                                          \
		.name = #m, .type = INQ_FIELD_##kind, .offset = offsetof(struct S, m),             \
		.has = offsetof(struct S, flag)                                                    \
	}
#define FIELD_ENUM(S, m, fn)                                                                       \
	{                                                                                          \
		.name = #m, .type = INQ_FIELD_ENUM, .offset = offsetof(struct S, m),               \
		.has = INQ_FIELD_NO_FLAG, .word = fn                                               \
	}
#define FIELD_LIST(S, key, ptr, nr, fields)                                                        \
	{                                                                                          \
		.name = key, .type = INQ_FIELD_LIST, .offset = offsetof(struct S, ptr),            \
		.has = INQ_FIELD_NO_FLAG, .count = offsetof(struct S, nr), .sub = fields           \
	}
#define FIELDS(S, table)                                                                           \
	{                                                                                          \
		.v = table, .n = array_size(table), .size = sizeof(struct S)                       \
	}

/* The words of an enum as a function of a plain number. */
#define WORDS(name)                                                                                \
	static const char *word_##name(unsigned int i)                                             \
	{                                                                                          \
		return inq_##name##_name(i);                                                       \
	}
static const char *word_resource_kind(unsigned int i)
{
	return inq_resource_kind_word(i);
}
WORDS(confidence)
WORDS(cpu_state)
WORDS(frame_context)
WORDS(holder_how)
WORDS(task_run)
WORDS(exit_stage)
WORDS(tristate)
WORDS(actor_kind)
WORDS(fault_kind)
WORDS(event_kind)
WORDS(origin_kind)

#define F(kind, m) FIELD(inq_actor, kind, m)
static const struct inq_field actor_fields[] = {
	FIELD_ENUM(inq_actor, kind, word_actor_kind),
	F(I32, cpu),
	F(I32, task),
};
const struct inq_fields inq_actor_fields = FIELDS(inq_actor, actor_fields);
#undef F

#define F(kind, m) FIELD(inq_dump_facts, kind, m)
static const struct inq_field dump_fields[] = {
	F(STR, format),
	F(STR, arch),
	F(STR, release),
	F(STR, build_id),
	F(STR, last_unloaded),
	F(STR, nodename),
	F(COUNT, cpus),
	F(COUNT, tasks),
	F(SECONDS, uptime_s),
	F(TIME, dumped_at),
	F(STR, symbols),
	F(STR, types),
	F(STR, lines),
	F(BOOL, complete),
	F(STR, path),
	F(STR, version),
	F(STR, unwinder),
	F(BOOL, panicked),
	F(STR, panic_message),
	F(HEX, taint),
	F(STR, taints),
	F(STR, tainting_modules),
	F(STR, live_patches),
	F(STR, kprobes),
	F(SECONDS, watchdog_thresh_s),
	F(SECONDS, hung_task_timeout_s),
};
const struct inq_fields inq_dump_fields = FIELDS(inq_dump_facts, dump_fields);
#undef F

#define F(kind, m) FIELD(inq_frame, kind, m)
static const struct inq_field frame_fields[] = {
	F(HEX, ip),
	F(HEX, sp),
	F(STR, symbol),
	F(HEX, offset),
	F(STR, module),
	F(STR, how),
	FIELD_ENUM(inq_frame, context, word_frame_context),
	F(BOOL, exact_ip),
	F(BOOL, in_loop),
	F(HEX, pt_regs),
	F(STR, source),
	F(STR, inlined),
};
static const struct inq_fields frame_struct = FIELDS(inq_frame, frame_fields);
#undef F

#define F(kind, m) FIELD(inq_stack, kind, m)
static const struct inq_field stack_fields[] = {
	F(BOOL, complete),
	F(STR, end),
	F(HEX, end_addr),
	FIELD_IF(inq_stack, HEX, user_ip, has_user_regs),
	FIELD_IF(inq_stack, HEX, user_sp, has_user_regs),
	F(I64, syscall_nr),
	FIELD_LIST(inq_stack, "frames", v, n, &frame_struct),
};
#undef F

#define F(kind, m) FIELD(inq_cpu, kind, m)
static const struct inq_field cpu_fields[] = {
	F(I32, nr),
	F(BOOL, online),
	FIELD_ENUM(inq_cpu, state, word_cpu_state),
	FIELD_ENUM(inq_cpu, irqs, word_tristate),
	FIELD_IF(inq_cpu, HEX32, preempt_count, has_preempt_count),
	F(NS, clock_ns),
	F(SECONDS, stuck_s),
	F(SECONDS, starved_s),
	F(SECONDS, timer_s),
	F(BOOL, lockup),
	F(I32, task),
	F(I32, stack),
	F(BOOL, panic_cpu),
	F(I32, ev_state),
	F(I32, ev_irqs),
	F(I32, ev_stuck),
	F(I32, ev_preempt),
};
#undef F

#define F(kind, m) FIELD(inq_task, kind, m)
static const struct inq_field task_fields[] = {
	F(HEX, addr),	      F(I32, pid),	   F(I32, tgid),
	F(I32, ppid),	      F(STR, comm),	   FIELD_ENUM(inq_task, run, word_task_run),
	F(HEX, state),	      F(I32, cpu),	   F(BOOL, on_cpu),
	F(BOOL, kthread),     F(HEX, flags),	   FIELD_ENUM(inq_task, exit, word_exit_stage),
	F(BOOL, listed),      F(SECONDS, since_s), F(I32, stack),
	F(SECONDS, queued_s), F(BOOL, rt),	   F(I32, ev_exit),
};
#undef F

#define F(kind, m) FIELD(inq_resource, kind, m)
static const struct inq_field resource_fields[] = {
	FIELD_ENUM(inq_resource, kind, word_resource_kind),
	F(HEX, addr),
	F(STR, name),
	F(STR, whose),
	F(STR, module),
	FIELD_IF(inq_resource, HEX, word, has_word),
	F(STR, detail),
	F(BOOL, corrupt),
	F(BOOL, owner_gone),
	F(BOOL, owner_stale),
	F(BOOL, leaks_looked_for),
	F(BOOL, given_back),
	F(BOOL, kept),
	F(BOOL, unheld),
	F(COUNT, readers),
	F(SECONDS, age_s),
	F(BOOL, slab),
	F(I32, ev_word),
	F(STR, user_module),
	F(BOOL, came),
	F(BOOL, no_signaller),
	F(STR, idle_signaller),
	F(STR, never),
	F(STR, signaller),
	F(IDS, ev_signaller),
};
#undef F

#define F(kind, m) FIELD(inq_hold, kind, m)
static const struct inq_field hold_fields[] = {
	F(I32, resource), F(ACTOR, holder),    FIELD_ENUM(inq_hold, how, word_holder_how),
	F(BOOL, shared),  F(BOOL, every_path), FIELD_ENUM(inq_hold, conf, word_confidence),
	F(STR, function), F(STR, module),      F(HEX, site),
	F(I32, frame),	  F(IDS, evidence),
};
#undef F

#define F(kind, m) FIELD(inq_leak, kind, m)
static const struct inq_field leak_fields[] = {
	F(I32, resource),
	F(STR, function),
	F(STR, module),
	F(BOOL, always),
	FIELD_ENUM(inq_leak, conf, word_confidence),
	F(IDS, evidence),
};
#undef F

#define F(kind, m) FIELD(inq_wait, kind, m)
static const struct inq_field wait_fields[] = {
	F(ACTOR, waiter),    F(I32, resource),
	F(BOOL, shared),     F(BOOL, spins),
	F(ACTOR, target),    F(STR, function),
	F(SECONDS, since_s), F(STR, since_how),
	F(I32, frame),	     FIELD_ENUM(inq_wait, conf, word_confidence),
	F(IDS, evidence),
};
#undef F

#define F(kind, m) FIELD(inq_path_fact, kind, m)
static const struct inq_field path_fields[] = {
	F(STR, expr),
	F(STR, member),
	F(HEX, addr),
	FIELD_IF(inq_path_fact, HEX, memory, has_memory),
	FIELD_IF(inq_path_fact, HEX, reg, has_reg),
	F(STR, reg_name),
	F(STR, object),
	F(BOOL, object_freed),
};
static const struct inq_fields path_struct = FIELDS(inq_path_fact, path_fields);
#undef F

#define F(kind, m) FIELD(inq_fault, kind, m)
static const struct inq_field fault_fields[] = {
	FIELD_ENUM(inq_fault, kind, word_fault_kind),
	F(BOOL, on_stack),
	F(I32, cpu),
	F(I32, task),
	FIELD_ENUM(inq_fault, context, word_frame_context),
	F(I32, stack),
	F(I32, frame),
	F(HEX, ip),
	F(STR, symbol),
	F(HEX, offset),
	F(STR, module),
	FIELD_IF(inq_fault, HEX, addr, has_addr),
	FIELD_IF(inq_fault, HEX, error_code, has_error_code),
	F(STR, insn),
	F(STR, expression),
	F(BOOL, typed),
	F(STR, shape),
	F(STR, bad),
	F(STR, bad_member),
	FIELD_IF(inq_fault, HEX, bad_value, has_bad_value),
	F(HEX32, access_offset),
	FIELD_LIST(inq_fault, "path", path, nr_path, &path_struct),
	F(STR, address_is),
	F(BOOL, address_freed),
	F(STR, from),
	F(STR, origin),
	F(STR, blame),
	F(STR, blame_module),
	F(I32, freed_by),
	F(I32, allocated_by),
	F(SECONDS, t_s),
	F(IDS, ev_where),
	F(IDS, ev_memory),
	F(IDS, ev_register),
	F(IDS, ev_code),
};
#undef F

#define F(kind, m) FIELD(inq_track, kind, m)
static const struct inq_field track_fields[] = {
	F(STR, cache), F(HEX, object), F(BOOL, freed),	  F(I32, stack),    F(I32, cpu),
	F(I32, pid),   F(I32, task),   F(SECONDS, ago_s), F(I32, evidence),
};
#undef F

#define F(kind, m) FIELD(inq_origin_arg, kind, m)
static const struct inq_field arg_fields[] = {
	F(STR, name),
	F(HEX, value),
	F(STR, is),
};
static const struct inq_fields arg_struct = FIELDS(inq_origin_arg, arg_fields);
#undef F

#define F(kind, m) FIELD(inq_origin, kind, m)
static const struct inq_field origin_fields[] = {
	FIELD_ENUM(inq_origin, kind, word_origin_kind),
	F(I32, stack),
	F(I32, frame),
	F(STR, text),
	F(STR, name),
	F(I64, number),
	F(STR, function),
	F(STR, module),
	F(HEX, object),
	F(STR, object_is),
	FIELD_LIST(inq_origin, "args", args, nr_args, &arg_struct),
	F(IDS, evidence),
};
#undef F

#define F(kind, m) FIELD(inq_process, kind, m)
static const struct inq_field process_fields[] = {
	F(I32, task),	      F(STR, exe),     F(STR, cmdline),	 F(STR, cgroup),
	F(STR, container),    F(STR, runtime), F(STR, tty),	 F(I64, uid),
	F(I32, pid_ns_level), F(I32, ns_pid),  F(IDS, evidence),
};
#undef F

#define F(kind, m) FIELD(inq_machine_check, kind, m)
static const struct inq_field machine_check_fields[] = {
	F(I32, cpu),	  F(I32, bank),
	F(HEX, status),	  FIELD_IF(inq_machine_check, HEX, addr, has_addr),
	F(STR, text),	  F(STR, address_is),
	F(I32, evidence),
};
#undef F

#define F(kind, m) FIELD(inq_memory_use, kind, m)
static const struct inq_field memory_fields[] = {
	F(STR, what), F(STR, name), F(I32, track), F(I32, task), F(I64, bytes), F(I32, evidence),
};
#undef F

#define F(kind, m) FIELD(inq_event, kind, m)
static const struct inq_field event_fields[] = {
	F(SECONDS, t_s),  FIELD_ENUM(inq_event, kind, word_event_kind),
	F(STR, source),	  F(STR, text),
	F(I32, cpu),	  F(I32, pid),
	F(STR, comm),	  F(SECONDS, duration_s),
	F(HEX, addr),	  F(HEX, ip),
	F(STR, symbol),	  F(STR, module),
	F(HEX, offset),	  F(I32, evidence),
	F(BOOL, notable),
};
#undef F

#define SECTION(table, S, fields_of)                                                               \
	{                                                                                          \
		.name = #table, .offset = offsetof(struct inq_case, table),                        \
		.fields = FIELDS(S, fields_of)                                                     \
	}
const struct inq_section inq_sections[] = {
	SECTION(cpus, inq_cpu, cpu_fields),
	SECTION(tasks, inq_task, task_fields),
	SECTION(stacks, inq_stack, stack_fields),
	SECTION(resources, inq_resource, resource_fields),
	SECTION(holds, inq_hold, hold_fields),
	SECTION(leaks, inq_leak, leak_fields),
	SECTION(waits, inq_wait, wait_fields),
	SECTION(faults, inq_fault, fault_fields),
	SECTION(tracks, inq_track, track_fields),
	SECTION(machine_checks, inq_machine_check, machine_check_fields),
	SECTION(events, inq_event, event_fields),
	SECTION(memory, inq_memory_use, memory_fields),
	SECTION(origins, inq_origin, origin_fields),
	SECTION(processes, inq_process, process_fields),
};
const size_t inq_sections_nr = array_size(inq_sections);
