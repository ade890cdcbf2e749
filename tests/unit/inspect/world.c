// SPDX-License-Identifier: GPL-2.0-or-later
#include "world.h"

#include <bpf/btf.h>
#include <stdio.h>

struct world world;

/* What fake.c leaves out of the dump floor. */
bool inq_dump_prstatus(const struct inq_dump *d, unsigned int cpu, const void **ret_bytes,
		       size_t *ret_len)
{
	(void)d;
	if (cpu >= world.nr_notes)
		return false;
	*ret_bytes = world.notes[cpu].v;
	*ret_len = sizeof(world.notes[cpu].v);
	return true;
}

bool inq_dump_no_memory(const struct inq_dump *d)
{
	(void)d;
	return false;
}

static int type_id(const char *name)
{
	const char *open = strchr(name, '[');
	char base[64];
	int id;

	if (!open) {
		id = btf__find_by_name(world.btf, name);
		assert_true(id > 0);
		return id;
	}
	snprintf(base, sizeof(base), "%.*s", (int)(open - name), name);
	id = btf__add_array(world.btf, type_id("u32"), type_id(base),
			    (uint32_t)strtoul(open + 1, NULL, 10));
	assert_true(id > 0);
	return id;
}

void world_struct(const char *name, uint32_t size, const struct world_member *m)
{
	int ids[64];
	size_t n = 0;

	for (; m[n].name; n++) {
		assert_true(n < array_size(ids));
		ids[n] = type_id(m[n].type);
	}
	assert_true(btf__add_struct(world.btf, name, size) > 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(btf__add_field(world.btf, m[i].name, ids[i], m[i].offset * 8, 0),
				 0);
}

static void base_types(void)
{
	static const struct {
		const char *name;
		size_t size;
		int encoding;
	} ints[] = {
		{"u8", 1, 0},	{"u16", 2, 0},
		{"u32", 4, 0},	{"s32", 4, BTF_INT_SIGNED},
		{"u64", 8, 0},	{"s64", 8, BTF_INT_SIGNED},
		{"char", 1, 0},
	};

	for (size_t i = 0; i < array_size(ints); i++)
		btf__add_int(world.btf, ints[i].name, ints[i].size, ints[i].encoding);
	btf__add_typedef(world.btf, "ptr", btf__add_ptr(world.btf, 0));
	world_struct("atomic", 4, (struct world_member[]){{"counter", "s32", 0}, {0}});
	world_struct("atomic64", 8, (struct world_member[]){{"counter", "s64", 0}, {0}});
	world_struct("list_head", 16,
		     (struct world_member[]){{"next", "ptr", 0}, {"prev", "ptr", 8}, {0}});
}

void world_symbol(const char *name, uint64_t addr, uint64_t size)
{
	struct inq_symvec *s = &world.k->symtab->vmlinux;
	size_t len = strlen(name) + 1;
	struct inq_symvec_entry e = {
		.addr = addr,
		.size = size,
		.name = (uint32_t)s->strtab_len,
		.rank = (uint32_t)s->n,
		.type = addr >= WORLD_TEXT && addr < WORLD_DATA ? 'T' : 'D',
	};

	s->strtab = realloc(s->strtab, s->strtab_len + len);
	assert_non_null(s->strtab);
	memcpy(s->strtab + s->strtab_len, name, len);
	s->strtab_len += len;
	assert_true(inq_symvec_add(s, &e));
}

void world_begin(void)
{
	world = (struct world){.percpu_used = 64};
	world.k = fake_kernel(&world.dump);
	world.btf = btf__new_empty();
	fake_region(&world.dump, WORLD_TEXT, 0x10000);
	fake_region(&world.dump, WORLD_DATA, 0x40000);
	fake_region(&world.dump, WORLD_HEAP, 0x100000);
	world.k->nr_cpus = WORLD_CPUS;
	for (unsigned int i = 0; i < WORLD_CPUS; i++) {
		world.percpu_offset[i] = WORLD_PERCPU + i * WORLD_PERCPU_SIZE;
		fake_region(&world.dump, world.percpu_offset[i], WORLD_PERCPU_SIZE);
	}
	base_types();
	world_symbol("_stext", WORLD_TEXT, 0);
	world_symbol("_text", WORLD_TEXT, 0);
	world_symbol("_etext", WORLD_TEXT + 0x10000, 0);
	world_symbol("_end", WORLD_DATA + 0x40000, 0);
	world_symbol("__per_cpu_start", 0, 0);
	world_symbol("__per_cpu_end", WORLD_PERCPU_SIZE, 0);
}

uint64_t world_global(const char *name, uint64_t size)
{
	uint64_t addr = WORLD_DATA + world.data_used;

	world.data_used += (size + 63) & ~UINT64_C(63);
	world_symbol(name, addr, size);
	return addr;
}

uint64_t world_percpu(const char *name, uint64_t size)
{
	uint64_t var = world.percpu_used;

	world.percpu_used += (size + 63) & ~UINT64_C(63);
	world_symbol(name, var, size);
	return var;
}

uint64_t world_percpu_at(uint64_t var, unsigned int cpu)
{
	return world.percpu_offset[cpu] + var;
}

uint64_t world_heap(uint64_t size)
{
	uint64_t addr = WORLD_HEAP + world.heap_used;

	world.heap_used += (size + 63) & ~UINT64_C(63);
	assert_true(world.heap_used <= 0x100000);
	return addr;
}

void world_memory_map(void)
{
	world_global("page_offset_base", 8);
	world_global("vmalloc_base", 8);
	world_global("vmemmap_base", 8);
	fake_region(&world.dump, WORLD_VMEMMAP, 256 * STRUCT_PAGE);
}

void world_memory_map_ready(void)
{
	put64(inq_symbol_addr(world.k, "page_offset_base"), WORLD_HEAP);
	put64(inq_symbol_addr(world.k, "vmalloc_base"), WORLD_VMALLOC);
	put64(inq_symbol_addr(world.k, "vmemmap_base"), WORLD_VMEMMAP);
}

uint64_t world_page(void)
{
	while (world.heap_used % PAGE_SIZE)
		world_heap(64);
	return world_heap(PAGE_SIZE);
}

uint64_t world_page_struct(uint64_t addr)
{
	return WORLD_VMEMMAP + (addr - WORLD_HEAP) / PAGE_SIZE * STRUCT_PAGE;
}

/* struct elf_prstatus: pr_reg is at 112, in user_regs_struct's order. */
void world_note(uint64_t ip, uint64_t sp, bool user)
{
	unsigned char *v = world.notes[world.nr_notes++].v;
	const uint64_t flags = 0x246, cs = user ? 0x33 : 0x10;

	assert_true(world.nr_notes <= array_size(world.notes));
	memcpy(v + 112 + 16 * 8, &ip, 8);
	memcpy(v + 112 + 17 * 8, &cs, 8);
	memcpy(v + 112 + 18 * 8, &flags, 8);
	memcpy(v + 112 + 19 * 8, &sp, 8);
}

void world_ready(void)
{
	uint32_t len;
	const void *bytes = btf__raw_data(world.btf, &len);

	assert_null(inq_btf_create(bytes, len, NULL, &world.k->types->image));
	inq_symvec_sort(&world.k->symtab->vmlinux);
	inq_symtab_find_borders(world.k);
	world.k->percpu_offset = calloc(WORLD_CPUS, sizeof(uint64_t));
	assert_non_null(world.k->percpu_offset);
	memcpy((void *)(uintptr_t)world.k->percpu_offset, world.percpu_offset,
	       sizeof(world.percpu_offset));
	assert_null(inq_inspect_create(world.k, "vmcore", &world.in));
}

void world_end(void)
{
	inq_inspect_destroy(world.in);
	inq_kernel_destroy(world.k);
	btf__free(world.btf);
	fake_deinit(&world.dump);
	world = (struct world){0};
}

void world_list(uint64_t head, const uint64_t *nodes, size_t n)
{
	uint64_t last = head;

	for (size_t i = 0; i < n; i++) {
		put64(last, nodes[i]);
		put64(nodes[i] + 8, last);
		last = nodes[i];
	}
	put64(last, head);
	put64(head + 8, last);
}

void put_text(uint64_t addr, const char *text)
{
	memcpy(fake_at(&world.dump, addr, strlen(text) + 1), text, strlen(text) + 1);
}

size_t world_gaps(const char *what)
{
	size_t n = 0;

	for (size_t i = 0; i < world.in->c->gaps.n; i++)
		n += strcmp(world.in->c->gaps.v[i].what, what) == 0;
	return n;
}

void world_task_types(void)
{
	world_struct("sched_entity", 8, (struct world_member[]){{"exec_start", "u64", 0}, {0}});
	world_struct("sched_info", 8, (struct world_member[]){{"last_arrival", "u64", 0}, {0}});
	world_struct("signal_struct", 16,
		     (struct world_member[]){{"thread_head", "list_head", 0}, {0}});
	world_struct("task_struct", TASK_SIZE,
		     (struct world_member[]){{"__state", "u32", T_STATE},
					     {"stack", "ptr", T_STACK},
					     {"flags", "u32", T_FLAGS},
					     {"on_cpu", "s32", T_ON_CPU},
					     {"se", "sched_entity", T_EXEC_START},
					     {"sched_info", "sched_info", T_ARRIVAL},
					     {"tasks", "list_head", T_TASKS},
					     {"mm", "ptr", T_MM},
					     {"exit_state", "s32", T_EXIT_STATE},
					     {"pid", "s32", T_PID},
					     {"tgid", "s32", T_TGID},
					     {"real_parent", "ptr", T_PARENT},
					     {"thread_node", "list_head", T_THREAD_NODE},
					     {"comm", "char[16]", T_COMM},
					     {"nsproxy", "ptr", T_NSPROXY},
					     {"signal", "ptr", T_SIGNAL},
					     {"cpu", "u32", T_CPU},
					     {"worker_private", "ptr", T_PRIVATE},
					     {"rcu_node_entry", "list_head", T_RCU_ENTRY},
					     {"rcu_read_lock_nesting", "s32", T_RCU_NESTING},
					     {"blocker", "u64", T_BLOCKER},
					     {"pi_blocked_on", "ptr", T_BLOCKED_ON},
					     {0}});
	world_global("init_task", TASK_SIZE);
}

static void fill_task(uint64_t t, int32_t pid, const char *comm)
{
	uint64_t signal = world_heap(64), node = t + T_THREAD_NODE;

	put32(t + T_PID, (uint32_t)pid);
	put32(t + T_TGID, (uint32_t)pid);
	put_text(t + T_COMM, comm);
	put32(t + T_STATE, 1);
	put64(t + T_STACK, world_heap(16384));
	put64(t + T_NSPROXY, WORLD_HEAP);
	put64(t + T_SIGNAL, signal);
	world_list(signal, &node, 1);
}

uint64_t world_task(int32_t pid, const char *comm)
{
	uint64_t t = world_heap(TASK_SIZE);

	fill_task(t, pid, comm);
	return t;
}

void world_link_tasks(const uint64_t *tasks, size_t n)
{
	uint64_t init = inq_symbol_addr(world.k, "init_task"), nodes[64];

	assert_true(n <= array_size(nodes));
	fill_task(init, 0, "swapper/0");
	for (size_t i = 0; i < n; i++)
		nodes[i] = tasks[i] + T_TASKS;
	world_list(init + T_TASKS, nodes, n);
}

void world_two_tasks(const char *comm50, uint64_t *ret50, const char *comm51, uint64_t *ret51)
{
	*ret50 = world_task(50, comm50);
	*ret51 = world_task(51, comm51);
	world_link_tasks((uint64_t[]){*ret50, *ret51}, 2);
	assert_null(inq_inspect_tasks(world.in));
}
