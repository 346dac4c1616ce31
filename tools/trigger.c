/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trigger.h"

static void end(struct trigger *t)
{
	t->state = t->rearms ? WAITING : OVER;
}

void trigger_begin(struct trigger *t)
{
	t->state = t->starts ? WAITING : WRITING;
	t->episodes = t->starts ? 0 : 1;
}

static void stop_after(struct trigger *t, int64_t time_ns)
{
	t->state = ENDING;
	t->left = t->after.count + 1;
	t->end_ns = t->after.ns > 0 ? time_ns + t->after.ns : -1;
}

enum trigger_state trigger_see(struct trigger *t, bool start, bool stop, int64_t time_ns)
{
	/* Without a stop of its own an episode is what comes after its start. */
	bool short_lived = !t->stops && (t->after.ns > 0 || t->after.count > 0);

	trigger_passed(t, time_ns);
	start &= t->starts;
	stop &= t->stops;
	if (t->state == OVER || (t->state == WAITING && !start))
		return t->state;
	if (t->state == WAITING)
		t->episodes++;
	/* What starts it again before the end puts that off; what stops it again does not. */
	if (start)
		t->state = WRITING;
	if (t->state == WRITING && (stop || (start && short_lived)))
		stop_after(t, time_ns);
	return t->state;
}

void trigger_wrote(struct trigger *t)
{
	if (t->state == ENDING && t->end_ns < 0 && --t->left == 0)
		end(t);
}

void trigger_passed(struct trigger *t, int64_t time_ns)
{
	if (t->state == ENDING && t->end_ns >= 0 && time_ns > t->end_ns)
		end(t);
}
