// SPDX-License-Identifier: GPL-2.0-or-later
/* A mixer console: a grid of cells, each with the level that it follows. A timer adds up one row after the other; one cell has none. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>

#define MIX_ROWS 4
#define MIX_COLUMNS 6

struct mix_cell {
	union {
		struct {
			u16 gain;
			u16 pan;
		};
		u32 both;
	};
	u32 muted : 1;
	u32 solo : 1;
	u32 route : 6;
	s32 *level;
};

struct mix_grid {
	u32 row;
	u32 sums;
	struct mix_cell cells[MIX_ROWS][MIX_COLUMNS];
	s64 total;
	struct timer_list timer;
};

static struct mix_grid *grid;
static s32 levels[MIX_ROWS * MIX_COLUMNS];

static noinline __noclone s64 grid_row_level(struct mix_grid *g, u32 row)
{
	s64 sum = 0;
	u32 i;

	for (i = 0; i < MIX_COLUMNS; i++) {
		if (g->cells[row][i].muted)
			continue;
		sum += (s64)*g->cells[row][i].level * g->cells[row][i].gain;
	}
	return sum;
}

static void grid_tick(struct timer_list *timer)
{
	struct mix_grid *g = container_of(timer, struct mix_grid, timer);

	g->total += grid_row_level(g, g->row);
	g->row = (g->row + 1) % MIX_ROWS;
	g->sums++;
	mod_timer(&g->timer, jiffies + HZ / 10);
}

static int __init gridmix_init(void)
{
	int i;

	grid = kzalloc(sizeof(*grid), GFP_KERNEL);
	if (!grid)
		return -ENOMEM;
	for (i = 0; i < MIX_ROWS * MIX_COLUMNS; i++) {
		struct mix_cell *cell = &grid->cells[i / MIX_COLUMNS][i % MIX_COLUMNS];

		cell->gain = 3;
		if (i != 2 * MIX_COLUMNS + 3)
			cell->level = &levels[i];
	}
	timer_setup(&grid->timer, grid_tick, 0);
	mod_timer(&grid->timer, jiffies + HZ / 10);
	return 0;
}

module_init(gridmix_init);
MODULE_DESCRIPTION("inquest lab: mixer console");
MODULE_LICENSE("GPL");
