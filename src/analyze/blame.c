// SPDX-License-Identifier: GPL-2.0-or-later
#include "analyze/blame.h"

#include <string.h>

#include "analyze/stacks.h"
#include "util/banned.h"

/* Beginnings of names. */
static const char *const complainer_prefixes[] = {
	/* checks */
	"__list_",
	"list_",
	"skb_over_panic",
	"skb_under_panic",
	"usercopy_",
	"__check_object_size",
	"check_heap_object",
	"__check_heap_object",
	"fortify_",
	"__fortify_",
	"refcount_",
	"kref_",
	"check_panic_on_warn",
	"warn_slowpath_",
	"__warn",
	"report_bug",
	"__ubsan_",
	"ubsan_",
	"debug_object_",
	"debug_print_object",
	"kasan_",
	"__kasan_",
	"kfence_report",
	"end_report",
	"print_report",
	/* who frees is to blame, not who frees it for him */
	"kfree",
	"kvfree",
	"vfree",
	"kmem_cache_free",
	"free_pages",
	"__free_pages",
	"free_unref_",
	"__folio_put",
	"put_page",
	"__put_page",
};

/* Whole names. */
static const char *const complainers[] = {
	"__stack_chk_fail", "panic",	   "skb_panic", "skb_put",	"skb_push",    "vpanic",
	"nmi_panic",	    "oops_end",	   "die",	"die_addr",	"__die",       "skb_pull",
	"kobject_put",	    "kobject_get", "add_timer", "add_timer_on", "__mod_timer", "object_err",
	"slab_err",	    "slab_bug",
};

/* Checks of the allocators, and what runs into them: mm/slub.c, mm/page_alloc.c. */
static const char *const allocator_checks[] = {
	"add_taint",
	"check_bytes_and_report",
	"check_object",
	"check_slab",
	"check_pad_bytes",
	"free_to_partial_list",
	"free_debug_processing",
	"free_consistency_checks",
	"alloc_debug_processing",
	"alloc_consistency_checks",
	"alloc_single_from_partial",
	"alloc_single_from_new_slab",
	"on_freelist",
	"slab_fix",
	"__slab_err",
	"get_partial_node",
	"get_partial",
	"get_from_partial",
	"get_from_partial_node",
	"get_any_partial",
	"___slab_alloc",
	"__slab_alloc",
	"slab_alloc_node",
	"__slab_alloc_node",
	"kmem_cache_alloc",
	"kmem_cache_alloc_lru",
	"kmem_cache_alloc_node",
	"kmem_cache_alloc_trace",
	"kmem_cache_alloc_noprof",
	"kmem_cache_alloc_node_noprof",
	"kmem_cache_alloc_lru_noprof",
	"__kmem_cache_alloc_node",
	"__kmem_cache_alloc_bulk",
	"kmem_cache_alloc_bulk",
	"kmalloc_trace",
	"kmalloc_node_trace",
	"__kmalloc",
	"__kmalloc_node",
	"__kmalloc_track_caller",
	"__kmalloc_node_track_caller",
	"__kmalloc_cache_noprof",
	"__kmalloc_cache_node_noprof",
	"__kmalloc_noprof",
	"__kmalloc_node_noprof",
	"__do_kmalloc_node",
	"kvmalloc_node",
	"__kvmalloc_node_noprof",
	"bad_page",
	"free_page_is_bad",
	"free_page_is_bad_report",
	"check_free_page",
	"check_free_page_bad",
	"free_pages_prepare",
	"__free_pages_prepare",
	"free_pcp_prepare",
	"free_frozen_pages",
	"__free_frozen_pages",
	"check_new_page",
	"check_new_page_bad",
	"check_new_pages",
	"get_page_from_freelist",
	"rmqueue",
	"rmqueue_bulk",
	"__rmqueue_pcplist",
	"prep_new_page",
	"__alloc_pages",
	"__alloc_pages_noprof",
	"__alloc_frozen_pages_noprof",
	"alloc_pages",
	"alloc_pages_noprof",
	"alloc_pages_mpol",
	"alloc_pages_mpol_noprof",
	"__get_free_pages",
	"get_free_pages_noprof",
	"get_zeroed_page",
};

/* mm/slub.c; what is static there may be inlined into the others */
static const char *const slab_frees[] = {
	"__slab_free",
	"do_slab_free",
	"slab_free",
	"kfree",
	"kmem_cache_free",
	"kmem_cache_free_bulk",
	"set_freepointer",
	"__kmem_cache_free",
	"kfree_sensitive",
	"___cache_free",
	"slab_free_after_rcu_debug",
};

static const char *const dispatchers[] = {
	"call_timer_fn",
	"expire_timers",
	"__run_timers",
	"__run_timer_base",
	"run_timer_base",
	"run_timer_softirq",
	"__hrtimer_run_queues",
	"hrtimer_run_softirq",
	"tasklet_action_common",
	"process_one_work",
	"worker_thread",
	"kthread_worker_fn",
	"kthread",
	"ret_from_fork",
	"notifier_call_chain",
	"atomic_notifier_call_chain",
	"blocking_notifier_call_chain",
	"raw_notifier_call_chain",
	"rcu_do_batch",
	"rcu_core",
	"handle_softirqs",
	"__do_softirq",
	"irq_work_single",
	"irq_work_run_list",
	"__flush_smp_call_function_queue",
	"flush_smp_call_function_queue",
	"__handle_irq_event_percpu",
	"handle_irq_event",
	"irq_thread",
	"irq_thread_fn",
	"task_work_run",
	"async_run_entry_fn",
	"do_one_initcall",
};

static bool is_one_of(const char *symbol, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (inq_function_is(symbol, names[i]))
			return true;
	}
	return false;
}

bool inq_is_dispatcher(const char *symbol)
{
	return is_one_of(symbol, dispatchers, array_size(dispatchers));
}

bool inq_is_slab_free(const char *symbol)
{
	return is_one_of(symbol, slab_frees, array_size(slab_frees));
}

bool inq_is_complainer(const char *symbol)
{
	if (!symbol)
		return false;
	for (size_t i = 0; i < array_size(complainer_prefixes); i++) {
		if (strncmp(symbol, complainer_prefixes[i], strlen(complainer_prefixes[i])) == 0)
			return true;
	}
	return is_one_of(symbol, complainers, array_size(complainers)) ||
	       is_one_of(symbol, allocator_checks, array_size(allocator_checks)) ||
	       inq_is_slab_free(symbol) || inq_function_is_generic(symbol);
}

size_t inq_blame_frame(const struct inq_stack *s, size_t from)
{
	size_t end = inq_stack_context_end(s, from);

	for (size_t i = from; i < end; i++) {
		const struct inq_frame *f = &s->v[i];

		if (!f->module && inq_is_dispatcher(f->symbol))
			break;
		/* a module's function is never machinery, whatever its name resembles */
		if (f->symbol && (f->module || !inq_is_complainer(f->symbol)))
			return i;
	}
	return from;
}

struct inq_actor inq_actor_at(const struct inq_case *c, const struct inq_cpu *cpu, size_t frame)
{
	const struct inq_stack *s = inq_case_stack(c, cpu->stack);
	struct inq_actor who = {.kind = INQ_ACTOR_CPU, .cpu = cpu->nr, .task = cpu->task};

	/* an exception belongs to what it interrupted */
	while (s && frame < s->n && s->v[frame].context == INQ_FRAME_EXCEPTION)
		frame++;
	if (!s || frame >= s->n)
		return who;
	switch (s->v[frame].context) {
	case INQ_FRAME_SOFTIRQ:
	case INQ_FRAME_IRQ:
	case INQ_FRAME_NMI:
		who.kind = INQ_ACTOR_INTERRUPT;
		break;
	default:
		break;
	}
	return who;
}

static bool in_task(enum inq_frame_context context)
{
	return context == INQ_FRAME_TASK || context == INQ_FRAME_EXCEPTION;
}

/* Whether @f is a module's code that what stands in @context has called. */
static bool is_called_module(const struct inq_frame *f, enum inq_frame_context context)
{
	return f->module && f->symbol && (!f->how || strcmp(f->how, "scan") != 0) &&
	       (f->context == context || (in_task(f->context) && in_task(context)));
}

struct inq_blamed inq_blamed_for_hold(const struct inq_analysis *a, const struct inq_hold *h)
{
	struct inq_blamed who = {h->function, h->module};
	inq_node n = inq_graph_node_of(a->c, &a->g, &h->holder);
	const struct inq_stack *s = n < 0 ? NULL : inq_node_stack(a, n);
	size_t i = 0, taker = h->frame < 0 ? 0 : (size_t)h->frame;

	if (h->module || !s || taker >= s->n)
		return who;
	while (i < taker && !is_called_module(&s->v[i], s->v[taker].context))
		i++;
	if (i == taker)
		return who;
	while (i + 1 < taker && s->v[i + 1].symbol && s->v[i + 1].module &&
	       strcmp(s->v[i + 1].module, s->v[i].module) == 0)
		i++;
	return (struct inq_blamed){s->v[i].symbol, s->v[i].module};
}

void inq_finding_blame_waiter(const struct inq_analysis *a, struct inq_finding *f,
			      const struct inq_wait *w)
{
	const struct inq_stack *s = inq_node_stack(a, inq_graph_node_of(a->c, &a->g, &w->waiter));
	size_t from, frame;

	if (f->function || !s || w->frame < 0 || (size_t)w->frame + 1 >= s->n)
		return;
	from = (size_t)w->frame + 1;
	frame = inq_blame_frame(s, from);
	/* the kernel's own ways to wait are many: a module that went one of them comes first */
	for (size_t i = from; i < s->n && s->v[i].context == s->v[from].context; i++) {
		if (s->v[i].module) {
			frame = i;
			break;
		}
	}
	f->function = s->v[frame].symbol;
	f->module = s->v[frame].module;
}

void inq_finding_blame_hold(const struct inq_analysis *a, struct inq_finding *f,
			    const struct inq_hold *h)
{
	struct inq_blamed who = inq_blamed_for_hold(a, h);

	f->function = who.function;
	f->module = who.module;
	f->taker = who.function != h->function ? h->function : NULL;
}

const char *inq_say_taken(struct inq_case *c, const struct inq_finding *f)
{
	if (!f->function)
		return "";
	return inq_say(c, "taken by %s%s%s", f->taker ? f->taker : "", f->taker ? " around " : "",
		       inq_say_function(c, f->function, f->module));
}
