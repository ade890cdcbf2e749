# SPDX-License-Identifier: GPL-2.0-or-later
# Functions for the unit tests of the code floor.  samples.h is made from this by
# make-samples and committed, so that the tests need no assembler.
	.intel_syntax noprefix
	.text

# What the samples call: only the names matter.
_raw_spin_lock: ret
	.balign 16
_raw_spin_lock_irqsave: ret
	.balign 16
_raw_spin_unlock: ret
	.balign 16
_raw_spin_unlock_irqrestore: ret
	.balign 16
_raw_spin_trylock: ret
	.balign 16
mutex_lock: ret
	.balign 16
mutex_lock_interruptible: ret
	.balign 16
mutex_unlock: ret
	.balign 16
panic: ud2
	.balign 16
helper: ret
	.balign 16
get_dev: ret
	.balign 16
__fentry__: ret
	.balign 16
__x86_return_thunk: ret
	.balign 16
down_write: ret
	.balign 16
downgrade_write: ret
	.balign 16
__switch_to_asm: ret
	.balign 16
__x86_indirect_thunk_rax: jmp rax
	.balign 16
__pi___x86_indirect_thunk_array:	# an alias of another name: its code says which register
	call	1f
	int3
1:	mov	[rsp], rcx
	ret
	.balign 16
__x86_indirect_thunk_rbx: jmp rbx
	.balign 16

# Saves rbp and rbx, keeps an argument in rbx over a call.
saves:
	call	__fentry__
	push	rbp
	push	rbx
	sub	rsp, 0x18
	mov	rbx, rdi
	mov	[rsp+8], rsi
	call	helper
at_saves_after:
	mov	rax, [rbx+8]
	mov	rdx, [rsp+8]
at_saves_end:
	add	rsp, 0x18
	pop	rbx
	pop	rbp
	jmp	__x86_return_thunk
	.balign 16, 0xcc

# With a frame pointer and leave.
framed:
	push	rbp
	mov	rbp, rsp
	push	r12
	sub	rsp, 0x20
	mov	r12, rsi
	mov	[rbp-0x18], rdi
	call	saves
at_framed_after:
	mov	rax, [rbp-0x18]
at_framed_loaded:
	mov	r12, [rbp-8]
	leave
at_framed_end:
	ret
	.balign 16, 0xcc

# A stack pointer that is aligned by hand: nothing is known relative to it any more.
realigned:
	lea	r10, [rsp+8]
	and	rsp, -16
	push	[r10-8]
	push	rbp
	mov	rbp, rsp
	push	r10
	mov	rax, [rsp+8]
at_realigned_at:
	mov	rcx, [rdi+0x10]
	ret
	.balign 16, 0xcc

# Two ways that meet: rax differs, rbx doesn't.
diamond:
	push	rbx
	mov	rbx, rdi
	test	esi, esi
	je	1f
	mov	rax, [rdi+8]
	jmp	2f
1:	mov	rax, [rdi+16]
2:	mov	rcx, rax
at_diamond_join:
	mov	rdx, [rax+4]
	pop	rbx
	ret
	.balign 16, 0xcc

# for (p = a->head; p; p = p->next) use(p->val), another counter beside it.
walk:
	push	rbx
	push	r12
	mov	r12, rdi
	xor	ecx, ecx
	mov	rbx, [rdi+0x20]
	test	rbx, rbx
	je	2f
1:	inc	rcx
at_walk_body:
	mov	rax, [rbx+0x18]
	mov	rbx, [rbx]
	test	rbx, rbx
	jne	1b
2:	mov	rax, r12
at_walk_out:
	pop	r12
	pop	rbx
	ret
	.balign 16, 0xcc

# A loop within a loop: what the outer one changes is no change within the inner one.
nested:
	xor	ecx, ecx
1:	mov	r8, rcx
	xor	edx, edx
2:	inc	rdx
at_nested_inner:
	cmp	rdx, rsi
	jne	2b
	inc	rcx
	cmp	rcx, rdi
	jne	1b
	ret
	.balign 16, 0xcc

# Ends behind panic(): what follows is another block that nothing leads to.
dies:
	test	rdi, rdi
	jne	1f
	call	panic
at_dies_behind:
	mov	rax, rdi
1:	ret
	.balign 16, 0xcc

# Tail calls: direct, through a retpoline.
tail:
	test	rdi, rdi
	je	1f
	mov	rax, [rdi]
	jmp	__x86_indirect_thunk_rax
1:	jmp	helper
	.balign 16, 0xcc

# A call through a retpoline.
indirect:
	mov	rax, [rdi+0x40]
	call	__x86_indirect_thunk_rax
at_indirect_after:
	ret
	.balign 16, 0xcc

# A jump table, in data.
table_jump:
	mov	eax, edi
	jmp	[0xffffffff82000000+rax*8]
at_table_a:
	mov	eax, 1
	ret
at_table_b:
	mov	eax, 2
	ret
	.balign 16, 0xcc

# An indirect jump that we can't follow, with code that only it can reach.
lost:
	push	rbx
	lea	rax, [rip+at_lost_a]
	add	rax, rdi
	jmp	rax
at_lost_a:
	mov	eax, 1
at_lost_in:
	pop	rbx
	ret
	.balign 16, 0xcc

# A cold part, away from its function.
split:
	test	rdi, rdi
	je	split.cold
at_split_back:
	mov	rax, [rdi]
	ret
	.balign 16, 0xcc

spill:	# an address that gets out: its slot may change; the spilled pointer beside it stays
	sub	rsp, 0x28
	mov	[rsp+0x18], rdi
	mov	qword ptr [rsp+8], 0
	lea	rdi, [rsp+8]
	call	helper
at_spill_after:
	mov	rax, [rsp+8]
	mov	rcx, [rsp+0x18]
at_spill_end:
	add	rsp, 0x28
	ret
	.balign 16, 0xcc

narrow:	# widths
	mov	eax, edi
	movzx	ecx, byte ptr [rsi]
	mov	edx, -1
	movsxd	r8, dword ptr [rsi+4]
	shl	rdi, 4
	lea	r9, [rsi+rdi*2+8]
	imul	r10, rsi, 24
	mov	dword ptr [rsp-8], -1
	mov	r11d, [rsp-8]
at_narrow_end:
	ret
	.balign 16, 0xcc

# --- locks

lock_both:	# held on every way to at_lock_both_at, in spite of a branch
	push	rbx
	mov	rbx, rdi
	lea	rdi, [rdi+0x10]
	call	_raw_spin_lock
at_lock_both_1:
	cmp	dword ptr [rbx], 0
	je	1f
	inc	dword ptr [rbx+4]
1:	mov	rax, [rbx+8]
at_lock_both_at:
	mov	rax, [rax]
	lea	rdi, [rbx+0x10]
	call	_raw_spin_unlock
at_lock_both_2:
	pop	rbx
	ret
	.balign 16, 0xcc

lock_one:	# taken on one branch only
	push	rbx
	mov	rbx, rdi
	test	esi, esi
	je	1f
	call	_raw_spin_lock
1:	mov	rax, [rbx+8]
at_lock_one_at:
	nop
	pop	rbx
	ret
	.balign 16, 0xcc

lock_try:
	push	rbx
	mov	rbx, rdi
	call	_raw_spin_trylock
	test	eax, eax
	je	1f
	mov	rax, [rbx+8]
at_lock_try_yes:
	mov	rdi, rbx
	call	_raw_spin_unlock
	pop	rbx
	ret
1:	mov	rax, [rbx+16]
at_lock_try_no:
	pop	rbx
	ret
	.balign 16, 0xcc

lock_intr:
	push	rbx
	mov	rbx, rdi
	call	mutex_lock_interruptible
	test	eax, eax
	jne	1f
	mov	rcx, [rbx+8]
at_lock_intr_yes:
	mov	rdi, rbx
	call	mutex_unlock
	xor	eax, eax
1:	mov	rdx, rax
at_lock_intr_out:
	pop	rbx
	ret
	.balign 16, 0xcc

lock_goto:	# the error path unlocks, too
	push	rbp
	push	rbx
	mov	rbx, rdi
	call	mutex_lock
	mov	rdi, rbx
	call	helper
at_lock_goto_in:
	mov	ebp, eax
	test	eax, eax
	js	1f
	mov	rdi, rbx
	call	mutex_unlock
	jmp	2f
1:	mov	rdi, rbx
	call	mutex_unlock
2:	mov	eax, ebp
at_lock_goto_out:
	pop	rbx
	pop	rbp
	ret
	.balign 16, 0xcc

lock_leak:	# the error path forgets it
	push	rbx
	mov	rbx, rdi
	call	mutex_lock
	cmp	qword ptr [rbx+0x40], 0
	je	1f
	mov	rdi, rbx
	call	mutex_unlock
1:	mov	eax, 5
at_lock_leak_out:
	pop	rbx
	ret
	.balign 16, 0xcc

lock_inline:	# unlock as a plain store
	push	rbx
	mov	rbx, rdi
	call	_raw_spin_lock
	inc	dword ptr [rbx+8]
at_lock_inline_in:
	mov	byte ptr [rbx], 0
	mov	rax, [rbx+8]
at_lock_inline_out:
	pop	rbx
	ret
	.balign 16, 0xcc

lock_loop:	# taken and released each time round; the address comes from memory each time
	push	rbx
	push	rbp
	mov	rbx, rdi
1:	mov	rdi, [rbx+0x30]
	add	rdi, 8
	call	_raw_spin_lock
	mov	rbp, [rbx+0x30]
at_lock_loop_in:
	lea	rdi, [rbp+8]
	call	_raw_spin_unlock
	dec	dword ptr [rbx]
at_lock_loop_free:
	jne	1b
	pop	rbp
	pop	rbx
	ret
	.balign 16, 0xcc

dev_lock:	# wrappers, the first by a tail call
	add	rdi, 0x20
	jmp	_raw_spin_lock
	.balign 16, 0xcc
dev_unlock:
	sub	rsp, 8
	add	rdi, 0x20
	call	_raw_spin_unlock
	add	rsp, 8
	ret
	.balign 16, 0xcc
lock_wrapped:
	push	rbx
	lea	rbx, [rdi+0x100]
	mov	rdi, rbx
	call	dev_lock
	mov	rax, [rbx]
at_lock_wrapped_in:
	mov	rdi, rbx
	call	dev_unlock
	mov	rax, [rbx+8]
at_lock_wrapped_out:
	pop	rbx
	ret
	.balign 16, 0xcc
dev_lock_get:	# NULL and nothing held, or the object with its lock held; the result is looked at twice
	push	rbp
	push	rbx
	mov	rbx, rdi
	call	mutex_lock_interruptible
	mov	ebp, eax
	test	eax, eax
	jne	1f
	add	dword ptr [rbx+0x40], 1
1:	test	ebp, ebp
	jne	2f
	mov	rdi, rbx
	call	get_dev
	mov	rbp, rax
	test	rax, rax
	jne	3f
	mov	rdi, rbx
	call	mutex_unlock
2:	xor	ebp, ebp
3:	mov	rax, rbp
	pop	rbx
	pop	rbp
	ret
	.balign 16, 0xcc
dev_enter:	# a wrapper that doesn't sound like one
	add	rdi, 0x20
	jmp	_raw_spin_lock
	.balign 16, 0xcc
dev_entered:
	push	rbx
	lea	rbx, [rdi+0x100]
	mov	rdi, rbx
	call	dev_enter
	mov	rax, [rbx]
at_dev_entered_in:
	mov	rdi, rbx
	call	dev_unlock
	pop	rbx
	ret
	.balign 16, 0xcc
lock_told:
	push	rbx
	mov	rbx, rdi
	call	dev_lock_get
	test	rax, rax
	je	1f
	mov	rcx, [rbx+8]
at_lock_told_yes:
	mov	rdi, rbx
	call	mutex_unlock
	pop	rbx
	ret
1:	mov	rcx, [rbx+16]
at_lock_told_no:
	pop	rbx
	ret
	.balign 16, 0xcc
lock_untold:	# nobody looks
	push	rbx
	mov	rbx, rdi
	call	dev_lock_get
	mov	rcx, [rbx+8]
at_lock_untold:
	pop	rbx
	ret
	.balign 16, 0xcc
lock_recursive:	# calls itself: ends
	push	rbx
	mov	rbx, rdi
	call	lock_recursive
	call	_raw_spin_lock
	pop	rbx
	ret
	.balign 16, 0xcc

drop_and_wait:	# releases its caller's lock, waits, takes it again
	push	rbx
	mov	rbx, rdi
	call	_raw_spin_unlock
	call	helper
at_drop_wait_at:
	mov	rdi, rbx
	call	_raw_spin_lock
	pop	rbx
	ret
	.balign 16, 0xcc
lock_outer:
	push	rbx
	mov	rbx, rdi
	call	_raw_spin_lock
	mov	rdi, rbx
	call	drop_and_wait
at_lock_outer_after:
	mov	rdi, rbx
	call	_raw_spin_unlock
	pop	rbx
	ret
	.balign 16, 0xcc

lock_of:	# an accessor
	lea	rax, [rdi+0x18]
	ret
	.balign 16, 0xcc
lock_returned:	# the lock's address comes from a function, each time anew; another is held all along
	push	rbx
	mov	rbx, rdi
	lea	rdi, [rdi+0x40]
	call	_raw_spin_lock
	mov	rdi, rbx
	call	lock_of
	mov	rdi, rax
	call	_raw_spin_lock
	mov	rax, [rbx]
at_lock_returned_in:
	mov	rdi, rbx
	call	lock_of
	mov	rdi, rax
	call	_raw_spin_unlock
	mov	rax, [rbx+8]
at_lock_returned_out:
	pop	rbx
	ret
	.balign 16, 0xcc

lock_aligned:	# the lock's address is kept in an aligned frame
	push	rbp
	mov	rbp, rsp
	and	rsp, -16
	sub	rsp, 0x20
	lea	rdi, [rdi+8]
	mov	[rsp+8], rdi
	call	_raw_spin_lock
	nop
at_lock_aligned_in:
	mov	rdi, [rsp+8]
at_lock_aligned_released:
	call	_raw_spin_unlock
	nop
at_lock_aligned_out:
	leave
at_lock_aligned_end:
	ret
	.balign 16, 0xcc

lock_null:	# where the object is NULL, nothing was taken
	push	rbx
	mov	rbx, rdi
	call	_raw_spin_trylock
	test	eax, eax
	je	1f
	test	rbx, rbx
	je	1f
	mov	rdi, rbx
	call	_raw_spin_unlock
1:	mov	rax, 1
at_lock_null_out:
	pop	rbx
	ret
	.balign 16, 0xcc

downgrades:	# its caller's lock becomes a reader's
	push	rbx
	mov	rbx, rdi
	call	downgrade_write
	mov	rdi, rbx
	call	helper
at_downgrades_after:
	pop	rbx
	ret
	.balign 16, 0xcc
lock_write:
	push	rbx
	mov	rbx, rdi
	call	down_write
	mov	rdi, rbx
	call	downgrades
at_lock_write_after:
	pop	rbx
	ret
	.balign 16, 0xcc

switches:	# as __schedule(): takes a lock and hands it over
	push	rbx
	mov	rbx, rdi
	call	_raw_spin_lock
	call	__switch_to_asm
at_switches_after:
	mov	rdi, rbx
	call	_raw_spin_unlock
	pop	rbx
	ret
	.balign 16, 0xcc
sleeps_one:	# sleeps, holding a lock on one branch at most
	push	rbx
	mov	rbx, rdi
	test	esi, esi
	je	1f
	call	_raw_spin_lock
1:	mov	rdi, rbx
	call	switches
at_sleeps_one_after:
	pop	rbx
	ret
	.balign 16, 0xcc
sleeps_all:	# sleeps with a lock held
	push	rbx
	mov	rbx, rdi
	call	_raw_spin_lock
	mov	rdi, rbx
	call	switches
at_sleeps_all_after:
	pop	rbx
	ret
	.balign 16, 0xcc

passes_on:	# leaves no frame: ends in a tail call with other arguments
	mov	rsi, rdi
	mov	rdi, [rdi+0x10]
	jmp	saves
	.balign 16, 0xcc
calls_passes_on:
	push	r12
	mov	r12, rdi
	call	passes_on
at_calls_passes_on_after:
	pop	r12
	ret
	.balign 16, 0xcc
calls_array:
	call	__pi___x86_indirect_thunk_array
at_calls_array_after:
	ret
	.balign 16, 0xcc

# --- access paths

fault_current:	# current->nsproxy->uts_ns
	sub	rsp, 8
	mov	rax, gs:[0x1fbc0]
	mov	rax, [rax+0xbb8]
at_fault_current_at:
	mov	rsi, [rax+8]
	add	rsp, 8
	ret
	.balign 16, 0xcc

fault_arg:	# dev->ops->stats
	push	rbx
	mov	rbx, rdi
	call	helper
	mov	rax, [rbx+0x10]
at_fault_arg_at:
	mov	rcx, [rax+0x18]
	pop	rbx
	ret
	.balign 16, 0xcc

calls_fault_arg:
	push	rbx
	mov	rbx, [rdi+8]
	mov	rdi, rbx
	call	fault_arg
at_calls_fault_arg_after:
	pop	rbx
	ret
	.balign 16, 0xcc

fault_returned:	# get_dev()->ops
	sub	rsp, 8
	call	get_dev
at_fault_returned_at:
	mov	rax, [rax+0x10]
	add	rsp, 8
	ret
	.balign 16, 0xcc

fault_global:	# the_dev->ops
	mov	rax, [rip+the_dev]
at_fault_global_at:
	mov	rax, [rax+0x10]
	ret
	.balign 16, 0xcc

fault_untyped:
	mov	rax, [rdi+0x28]
at_fault_untyped_at:
	mov	dword ptr [rax+8], 1
	ret
	.balign 16, 0xcc

fault_array:	# dev->slots[i]
	mov	esi, esi
	mov	rax, [rdi+0x20]
at_fault_array_at:
	mov	rax, [rax+rsi*8+0x10]
	ret
	.balign 16, 0xcc

memcpy:	# stands in the midst of its copying
	mov	rax, rdi
	mov	rcx, rdx
at_memcpy_in:
	rep movsb
	ret
	.balign 16, 0xcc
calls_memcpy:	# memcpy(stack, dev->ops, 16)
	push	rbx
	sub	rsp, 0x10
	mov	rbx, rdi
	mov	rsi, [rdi+0x10]
	mov	rdi, rsp
	mov	edx, 16
	call	memcpy
at_calls_memcpy_after:
	add	rsp, 0x10
	pop	rbx
	ret
	.balign 16, 0xcc

fault_percpu:	# per_cpu_ptr(dev->ops, cpu)->stats
	mov	rax, [rdi+0x10]
	mov	esi, esi
	add	rax, [0xffffffff82200000+rsi*8]
at_fault_percpu_at:
	mov	rax, [rax+0x18]
	ret
	.balign 16, 0xcc

lock_turns:	# an array's elements: one way forgets to release, and goes on with the next
	push	rbx
	push	rbp
	mov	rbx, rdi
	mov	ebp, 4
1:	lea	rdi, [rbx+8]
	call	_raw_spin_lock
at_lock_turns_in:
	test	dword ptr [rbx], 1
	jne	2f
	lea	rdi, [rbx+8]
	call	_raw_spin_unlock
2:	add	rbx, 0xc
at_lock_turns_next:
	dec	ebp
	jne	1b
	pop	rbp
	pop	rbx
	ret
	.balign 16, 0xcc

lock_hand_over:	# a list: the next element is locked before this one is released
	push	rbx
	push	rbp
	mov	rbx, rdi
	lea	rdi, [rbx+8]
	call	_raw_spin_lock
1:	mov	rbp, [rbx]
	test	rbp, rbp
	je	2f
	lea	rdi, [rbp+8]
	call	_raw_spin_lock
	lea	rdi, [rbx+8]
	call	_raw_spin_unlock
at_lock_hand_over_in:
	mov	rbx, rbp
	jmp	1b
2:	lea	rdi, [rbx+8]
	call	_raw_spin_unlock
at_lock_hand_over_out:
	pop	rbp
	pop	rbx
	ret
	.balign 16, 0xcc

uses_blob:	# blob: two members of what a call gave
	push	rbx
	call	get_blob
	mov	rbx, rax
	mov	eax, [rbx+0x1c]
	mov	rcx, [rbx+0x28]
at_uses_blob_at:
	mov	rax, [rcx+0x18]
	pop	rbx
	ret
	.balign 16, 0xcc
get_blob:
	xor	eax, eax
	ret
	.balign 16, 0xcc

sums_list:	# list_for_each_entry(item, &head->items, node): item->ops->stats
	mov	rax, [rdi+8]
	xor	edx, edx
	sub	rax, 8
	cmp	rdi, rax
	je	2f
1:	mov	rcx, [rax+0x18]
	mov	rax, [rax+8]
	sub	rax, 8
at_sums_list_at:
	add	rdx, [rcx+0x18]
	cmp	rdi, rax
	jne	1b
2:	mov	rax, rdx
	ret
	.balign 16, 0xcc

sums_words:	# dev->words[i], the pointer moved on
	lea	rax, [rdi+0x40]
	lea	rdx, [rdi+0x60]
	xor	ecx, ecx
1:
at_sums_words_at:
	add	rcx, [rax]
	add	rax, 8
	cmp	rax, rdx
	jne	1b
	ret
	.balign 16, 0xcc

reads_grid:	# dev->grid[row][column], rows of 24 bytes
	mov	esi, esi
	mov	edx, edx
	lea	rax, [rsi+rsi*2]
	lea	rax, [rdi+rax*8]
at_reads_grid_at:
	mov	rax, [rax+rdx*8+0x60]
	ret
	.balign 16, 0xcc

reads_static:	# the_blob->ops
	mov	rax, [rip+the_blob]
at_reads_static_at:
	mov	rax, [rax+0x28]
	ret
	.balign 16, 0xcc
counts_static:	# the_blob->count++
	mov	rax, [rip+the_blob]
	inc	dword ptr [rax+0x1c]
	ret
	.balign 16, 0xcc

# percpu_down_read(&dev->sem), percpu_up_read(&dev->sem), inlined; the semaphore at 0x20 of the device
percpu_read:
	push	rbx
	mov	rbx, rdi
	mov	eax, [rdi+0x20]
	test	eax, eax
	jne	1f
	mov	rax, [rdi+0x28]
	inc	dword ptr gs:[rax]
2:	call	helper
at_percpu_read_in:
	mov	eax, [rbx+0x20]
	test	eax, eax
	jne	3f
	mov	rax, [rbx+0x28]
	dec	dword ptr gs:[rax]
4:	call	helper
at_percpu_read_out:
	pop	rbx
	ret
1:	lea	rdi, [rdi+0x20]
	xor	esi, esi
	call	__percpu_down_read
	jmp	2b
3:	mov	rax, [rbx+0x28]
	add	dword ptr gs:[rax], -1
	lea	rdi, [rbx+0x30]
	call	rcuwait_wake_up
	jmp	4b
	.balign 16, 0xcc

percpu_counter:	# counts likewise, and has to do with another lock only
	push	rbx
	mov	rbx, rdi
	lea	rdi, [rbx+0x40]
	call	mutex_lock
	mov	rax, [rbx+0x28]
	inc	dword ptr gs:[rax]
at_percpu_counter_in:
	lea	rdi, [rbx+0x40]
	call	mutex_unlock
	pop	rbx
	ret
	.balign 16, 0xcc

sem_lock:	# takes a semaphore and gives it back
	push	rbx
	mov	rbx, rdi
	call	down
at_sem_lock_down:
	mov	rdi, rbx
	call	up
	pop	rbx
	ret
	.balign 16, 0xcc

sem_acquire:	# waits for a semaphore that somebody else ups
	sub	rsp, 8
	call	down
at_sem_acquire_down:
	add	rsp, 8
	ret
	.balign 16, 0xcc

sem_pool:	# gives it back when the device refuses
	push	rbx
	mov	rbx, rdi
	call	down
at_sem_pool_down:
	test	dword ptr [rbx+8], 1
	jne	1f
	pop	rbx
	ret
1:	mov	rdi, rbx
	call	up
	pop	rbx
	ret
	.balign 16, 0xcc

sem_wrapped:	# its callee keeps the semaphore for it
	push	rbx
	mov	rbx, rdi
	call	sem_acquire
at_sem_wrapped_down:
	mov	rdi, rbx
	call	up
	pop	rbx
	ret
	.balign 16, 0xcc

try_loop:	# tries until it gets the lock
	push	rbx
	mov	rbx, rdi
	jmp	2f
1:	pause
at_try_loop_in:
2:	mov	rdi, rbx
	call	_raw_spin_trylock
at_try_loop_call:
	test	eax, eax
	je	1b
	mov	rdi, rbx
	call	_raw_spin_unlock
at_try_loop_out:
	pop	rbx
	ret
	.balign 16, 0xcc

try_times:	# gives up after a number of tries
	push	rbx
	push	rbp
	mov	rbx, rdi
	mov	ebp, 100
1:	mov	rdi, rbx
	call	_raw_spin_trylock
	test	eax, eax
	jne	2f
at_try_times_in:
	dec	ebp
	jne	1b
	jmp	3f
2:	mov	rdi, rbx
	call	_raw_spin_unlock
3:	pop	rbp
	pop	rbx
	ret
	.balign 16, 0xcc

try_drop:	# a loop that ends when the lock is not to be had
	push	rbx
	mov	rbx, rdi
1:	mov	rdi, rbx
	call	_raw_spin_trylock
	test	eax, eax
	je	2f
	mov	rdi, rbx
	call	_raw_spin_unlock
at_try_drop_in:
	jmp	1b
2:	pop	rbx
	ret
	.balign 16, 0xcc

bit_lock:	# bit_spin_lock(3, &dev->state) ... bit_spin_unlock()
	lock bts qword ptr [rbx+8], 3
	jb	2f
at_bit_lock_held:
1:	add	dword ptr [rbx], 1
	lock and byte ptr [rbx+8], 0xf7
at_bit_lock_out:
	ret
2:	pause
at_bit_lock_in:
	mov	rax, [rbx+8]
	test	al, 8
	jne	2b
	lock bts qword ptr [rbx+8], 3
	jae	1b
	jmp	2b
	.balign 16, 0xcc

bit_lock_high:	# a bit of another byte, non-atomic release
	lock bts qword ptr [rbx+8], 13
	jb	2f
at_bit_lock_high_held:
	btr	qword ptr [rbx+8], 13
at_bit_lock_high_out:
	ret
2:	ret
	.balign 16, 0xcc

seq_write:	# write_seqcount_begin(), an early return, write_seqcount_end()
	add	dword ptr [rbx+0x10], 1
at_seq_write_held:
	cmp	esi, 5
	ja	1f
	mov	[rbx], esi
	mov	eax, [rbx+0x10]
	add	eax, 1
	mov	[rbx+0x10], eax
at_seq_write_out:
	ret
1:	mov	eax, 1
at_seq_write_early:
	ret
	.balign 16, 0xcc

seq_read:	# waits for an even number, reads, begins again when it has changed
	jmp	2f
1:	pause
at_seq_read_in:
2:	mov	edx, [rbx+0x10]
	test	dl, 1
	jne	1b
	mov	eax, [rbx]
	mov	ecx, [rbx+0x10]
at_seq_read_again:
	cmp	ecx, edx
	jne	2b
	ret
	.balign 16, 0xcc

word_lock:	# while (cmpxchg(&dev->owner, 0, 1)) ; dev->owner = 0
1:	pause
at_word_lock_in:
	xor	eax, eax
	mov	edx, 1
	lock cmpxchg [rbx+0x18], edx
	jne	1b
at_word_lock_held:
	mov	dword ptr [rbx+0x18], 0
at_word_lock_out:
	ret
	.balign 16, 0xcc

word_swap:	# while (xchg(&dev->owner, 1)) ;
1:	pause
at_word_swap_in:
	mov	eax, 1
	xchg	[rbx+0x18], eax
	test	eax, eax
	jne	1b
at_word_swap_held:
	mov	dword ptr [rbx+0x18], 0
	ret
	.balign 16, 0xcc

poll_flag:	# while (!dev->done) udelay(1)
at_poll_flag_in:
1:	movzx	eax, word ptr [rbx+0x20]
	test	ax, ax
	jne	2f
	mov	edi, 4295
	call	__const_udelay
at_poll_flag_call:
	jmp	1b
2:	ret
	.balign 16, 0xcc

poll_change:	# while (dev->count == seen)
	mov	edx, [rbx+0x24]
1:	pause
at_poll_change_in:
	mov	eax, [rbx+0x24]
	cmp	eax, edx
	je	1b
	ret
	.balign 16, 0xcc

poll_times:	# gives up after a number of looks
	mov	ecx, 1000
1:	pause
at_poll_times_in:
	mov	eax, [rbx+0x20]
	test	eax, eax
	jne	2f
	sub	ecx, 1
	jne	1b
2:	ret
	.balign 16, 0xcc

poll_work:	# does something in each turn
	mov	eax, [rbx+0x20]
	test	eax, eax
	jne	2f
at_poll_work_in:
	add	dword ptr [rbx+0x24], 1
	jmp	poll_work
2:	ret
	.balign 16, 0xcc

poll_list:	# another word in each turn
at_poll_list_in:
	mov	rbx, [rbx]
	mov	eax, [rbx+0x20]
	test	eax, eax
	je	poll_list
	ret
	.balign 16, 0xcc

poll_calls:	# what is called may change it
	push	rbx
at_poll_calls_in:
1:	mov	rdi, rbx
	call	lock_both
	mov	eax, [rbx+0x20]
	test	eax, eax
	je	1b
	pop	rbx
	ret
	.balign 16, 0xcc

asks:	# is_ready(): dev->hw->status & 1
	mov	rax, [rdi+0x28]
	mov	eax, [rax+0x8]
	and	eax, 1
	ret
	.balign 16, 0xcc

poll_asks:	# while (!is_ready(dev)) cpu_relax()
	push	rbx
1:	pause
	mov	rdi, rbx
	call	asks
at_poll_asks_call:
	test	eax, eax
	je	1b
	pop	rbx
	ret
	.balign 16, 0xcc

counts:	# changes what it looks at
	add	dword ptr [rdi+0x20], 1
	mov	eax, [rdi+0x20]
	ret
	.balign 16, 0xcc

poll_counts:
	push	rbx
1:	mov	rdi, rbx
	call	counts
at_poll_counts_call:
	test	eax, eax
	je	1b
	pop	rbx
	ret
	.balign 16, 0xcc

__const_udelay: ret
	.balign 16, 0xcc

__percpu_down_read: ret
	.balign 16, 0xcc
rcuwait_wake_up: ret
	.balign 16, 0xcc
down: ret
	.balign 16, 0xcc
up: ret
	.balign 16, 0xcc

reads_table:	# table->cells[row][column].level, rows of 6 cells of 16 bytes
	mov	esi, esi
	mov	edx, edx
	lea	rax, [rsi+rsi*2]
	add	rax, rax
	add	rax, rdx
	shl	rax, 4
at_reads_table_at:
	mov	rax, [rdi+rax+0x10]
	ret
	.balign 16, 0xcc

reads_private:	# a blob behind host
	inc	qword ptr [rdi]
	mov	eax, [rdi+0x3c]
	mov	rcx, [rdi+0x48]
at_reads_private_at:
	mov	rax, [rcx+0x18]
	ret
	.balign 16, 0xcc

reads_options:	# opts[nr].value, elements of 28 bytes: nr * 8 - nr, times 4
	mov	esi, esi
	lea	rax, [rsi*8]
	sub	rax, rsi
at_reads_options_at:
	mov	eax, [rdi+rax*4+0x18]
	ret
	.balign 16, 0xcc

reads_option_cut:	# opts[nr + 1].value, the product in 32 bits
	imul	eax, esi, 28
	add	eax, 28
	mov	eax, eax
at_reads_option_cut_at:
	mov	eax, [rdi+rax+0x18]
	ret
	.balign 16, 0xcc

drops_list:	# list_for_each_entry(item, &head->items, node): one way round goes on with a poison pointer
	mov	rax, [rdi+8]
	mov	r8, 0xdead0000000000f8
	lea	rbx, [rax-8]
	jmp	2f
1:	mov	rax, [rbx+8]
	lea	rbx, [rax-8]
	cmp	rax, rdi
	je	3f
2:
at_drops_list_at:
	mov	rcx, [rbx+0x18]
	cmp	rcx, rsi
	jae	1b
	mov	rbx, r8
	cmp	rax, rdi
	jne	2b
3:	ret
	.balign 16, 0xcc

	.section cold_text, "ax"
split.cold:
	mov	rdi, [rip+the_dev]
	jmp	at_split_back
	.balign 16, 0xcc

	.data
the_dev: .quad 0
the_blob: .quad 0
