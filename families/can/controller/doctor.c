/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is wrong with a bus. A controller tells little: its state, two counters, and what kind of
 * error it saw. What those say together is ISO 11898-1, fault confinement: who is not acknowledged
 * stays error-passive with 128 in its sending counter and goes no further; who reads with the wrong
 * bit rate sees stuff, form and CRC errors and hardly a frame; who sends with it goes bus-off.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/can/error.h>

#include "../internal.h"
#include "controller.h"

enum { MAX_FINDINGS = 24, PASSIVE = 128 };

struct kin_can_doctor {
	/* Of the controller, before. */
	uint32_t rx_errors;
	struct can_device_stats device;
	struct rtnl_link_stats64 stats;

	/* Since then: frames, and error frames by what they tell. */
	uint64_t frames, own, sent, full, failed;
	int failure;
	uint64_t errors, no_ack, form, stuff, crc, bit, bus_off, overflow;
	enum can_state state;
};

/* What is being judged, and the findings so far. */
struct judgement {
	const struct kin_can_doctor *d;
	const struct kin_can_controller *c;
	struct kin_can_finding *list;
	unsigned n;
};

int kin_can_doctor_new(const struct kin_can_controller *before, struct kin_can_doctor **ret_doctor)
{
	struct kin_can_doctor *doctor;

	KIN_NEED(before);
	KIN_NEED(ret_doctor);
	doctor = calloc(1, sizeof(*doctor));
	if (!doctor)
		return kin_fail(ENOMEM, "no memory");
	doctor->rx_errors = before->rx_errors;
	doctor->device = before->device;
	doctor->stats = before->stats;
	*ret_doctor = doctor;
	return 0;
}

void kin_can_doctor_free(struct kin_can_doctor *doctor)
{
	free(doctor);
}

/* ---- Evidence ------------------------------------------------------------------------------ */

/* CAN_ERR_PROT: which rule of the protocol was broken. */
static void count_violation(struct kin_can_doctor *d, const struct can_frame *frame)
{
	unsigned what = frame->data[2], where = frame->data[3];

	if (where == CAN_ERR_PROT_LOC_ACK)
		d->no_ack++;
	else if (where == CAN_ERR_PROT_LOC_CRC_SEQ && !(what & CAN_ERR_PROT_TX))
		d->crc++;
	else if (what & (CAN_ERR_PROT_BIT | CAN_ERR_PROT_BIT0 | CAN_ERR_PROT_BIT1))
		d->bit++;
	else if (what & CAN_ERR_PROT_STUFF)
		d->stuff++;
	else if (what & CAN_ERR_PROT_FORM)
		d->form++;
}

/* The state that error frames tell, where no controller can be asked: one behind vxcan, say. */
static void follow_state(struct kin_can_doctor *d, const struct can_frame *frame)
{
	unsigned what = frame->can_id & CAN_ERR_CRTL ? frame->data[1] : 0;

	if (what & (CAN_ERR_CRTL_RX_PASSIVE | CAN_ERR_CRTL_TX_PASSIVE))
		d->state = CAN_STATE_ERROR_PASSIVE;
	else if (what & (CAN_ERR_CRTL_RX_WARNING | CAN_ERR_CRTL_TX_WARNING))
		d->state = CAN_STATE_ERROR_WARNING;
	else if (what & CAN_ERR_CRTL_ACTIVE || frame->can_id & CAN_ERR_RESTARTED)
		d->state = CAN_STATE_ERROR_ACTIVE;
	if (frame->can_id & CAN_ERR_BUSOFF)
		d->state = CAN_STATE_BUS_OFF;
}

static void count_error(struct kin_can_doctor *d, const struct can_frame *frame)
{
	d->errors++;
	if (frame->can_id & CAN_ERR_ACK)
		d->no_ack++;
	else if (frame->can_id & CAN_ERR_PROT)
		count_violation(d, frame);
	if (frame->can_id & CAN_ERR_BUSOFF)
		d->bus_off++;
	if (frame->can_id & CAN_ERR_CRTL && frame->data[1] & CAN_ERR_CRTL_RX_OVERFLOW)
		d->overflow++;
	follow_state(d, frame);
}

int kin_can_doctor_frame(struct kin_can_doctor *doctor, const void *frame, size_t size, bool own)
{
	int kind = kin_can_frame_kind(frame, size);
	struct can_frame classic;

	KIN_NEED(doctor);
	KIN_NEED(frame);
	if (kind < 0)
		return kin_fail(EBADMSG, "%zu bytes are not a CAN frame", size);
	if (kind == KIN_CAN_CLASSIC) {
		memcpy(&classic, frame, sizeof(classic));
		if (classic.can_id & CAN_ERR_FLAG) {
			count_error(doctor, &classic);
			return 0;
		}
	}
	doctor->own += own;
	doctor->frames += !own;
	return 0;
}

int kin_can_doctor_sent(struct kin_can_doctor *doctor, int err)
{
	KIN_NEED(doctor);
	doctor->sent += err >= 0;
	if (err == -ENOBUFS) {
		doctor->full++;
	} else if (err < 0) {
		doctor->failed++;
		doctor->failure = -err;
	}
	return 0;
}

/* ---- Findings ------------------------------------------------------------------------------ */

static struct kin_can_finding *find(struct judgement *j, enum kin_can_severity severity,
				    const char *code)
{
	struct kin_can_finding *f = &j->list[j->n++];

	f->severity = severity;
	f->code = code;
	return f;
}

#define SEEN(f, ...)   snprintf((f)->seen, sizeof((f)->seen), __VA_ARGS__)
#define WHY(f, ...)    snprintf((f)->why, sizeof((f)->why), __VA_ARGS__)
#define REMEDY(f, ...) snprintf((f)->remedy, sizeof((f)->remedy), __VA_ARGS__)

static bool is_controller(const struct judgement *j)
{
	return strcmp(j->c->kind, "can") == 0;
}

/* More than notes. */
static bool is_trouble(const struct judgement *j)
{
	for (unsigned i = 0; i < j->n; i++)
		if (j->list[i].severity != KIN_CAN_NOTE)
			return true;
	return false;
}

static enum can_state state_of(const struct judgement *j)
{
	return is_controller(j) ? (enum can_state)j->c->state : j->d->state;
}

/* What a command for the controller is to name. */
static const char *controller_of(const struct judgement *j)
{
	return is_controller(j) ? j->c->name : "INTERFACE";
}

/* @return false: nothing more can be said */
static bool judge_interface(struct judgement *j)
{
	const struct can_bittiming *timing = &j->c->phases[KIN_CAN_NOMINAL].timing;
	struct kin_can_finding *f;

	if (is_controller(j) && timing->bitrate == 0 &&
	    j->c->phases[KIN_CAN_NOMINAL].limits.brp_max) {
		f = find(j, KIN_CAN_FAULT, "no-bitrate");
		SEEN(f, "No bit rate is set.");
		WHY(f, "A controller starts only once it knows the bit rate of its bus.");
		REMEDY(f, "kin can up %s 500k, with the bit rate of the others.", j->c->name);
	}
	if (j->c->flags & IFF_UP)
		return true;
	f = find(j, KIN_CAN_FAULT, "down");
	SEEN(f, "The interface is down.");
	WHY(f, "Nothing is sent, received or acknowledged.");
	REMEDY(f, "kin can up %s%s", j->c->name,
	       timing->bitrate || !is_controller(j) ? "" : " 500k");
	return false;
}

static void judge_bus_off(struct judgement *j)
{
	bool is_off = state_of(j) == CAN_STATE_BUS_OFF;
	bool stays = is_off && (!is_controller(j) || j->c->restart_ms == 0);
	uint64_t times = j->d->bus_off;
	struct kin_can_finding *f;

	if (is_controller(j) && times < j->c->device.bus_off - j->d->device.bus_off)
		times = j->c->device.bus_off - j->d->device.bus_off;
	if (!is_off && times == 0)
		return;
	f = find(j, KIN_CAN_FAULT, is_off ? "bus-off" : "restarts");
	if (is_off)
		SEEN(f, "The controller is bus-off%s.",
		     !is_controller(j) ? ", as an error frame says, and none that it restarted"
		     : stays           ? ", and restart-ms is 0: it stays so"
				       : "");
	else
		SEEN(f, "It went bus-off %llu times and came back.", (unsigned long long)times);
	WHY(f, "Its own frames went wrong some 32 times in a row: another bit rate than the "
	       "others', CAN_H and CAN_L swapped or shorted, no termination, or a transceiver "
	       "without power.");
	if (stays && !can_controller_restarts(j->c))
		REMEDY(f, "Mend that first; then kin can down %s, and kin can up %s.", j->c->name,
		       j->c->name);
	else if (stays)
		REMEDY(f,
		       "Mend that first; then kin can restart %s, or kin can up %s --restart-ms "
		       "100 so that it comes back by itself.",
		       controller_of(j), controller_of(j));
	else
		REMEDY(f, "Mend that; each restart disturbs the others once more.");
}

/* What was handed over has not been on the bus: a controller echoes what has. */
static bool is_unheard(const struct judgement *j)
{
	return is_controller(j) && j->d->sent > 0 && j->d->own == 0;
}

/* No acknowledgement at all, and no other trouble: the sending counter stops at 128. */
static bool judge_acknowledge(struct judgement *j)
{
	bool stuck = is_controller(j) && j->c->state == CAN_STATE_ERROR_PASSIVE &&
		     j->c->tx_errors == PASSIVE && j->c->rx_errors < 96;
	bool unheard = is_unheard(j) && j->d->frames + j->d->errors == 0 &&
		       !(j->c->modes & CAN_CTRLMODE_LISTENONLY);
	struct kin_can_finding *f;

	if (j->d->no_ack == 0 && !stuck && !unheard)
		return false;
	f = find(j, KIN_CAN_FAULT, "nobody-acknowledges");
	if (j->d->no_ack)
		SEEN(f, "%llu frames were not acknowledged.", (unsigned long long)j->d->no_ack);
	else if (stuck)
		SEEN(f, "It is error-passive with a sending counter of exactly 128.");
	else
		SEEN(f, "A frame was handed over and never left.");
	WHY(f, "Every other controller acknowledges whatever is right. Nobody is there: none "
	       "connected or up, all of them listen-only, another bit rate, or a broken line.");
	REMEDY(f, "Look at the wiring and at the other end: it must be up, not listen-only, and at "
		  "this bit rate. One controller alone can send only with --loopback or "
		  "--presume-ack.");
	return true;
}

static void judge_reception(struct judgement *j)
{
	uint64_t broken = j->d->form + j->d->stuff + j->d->crc;
	/* Who could send some can read the bus. */
	uint64_t right = j->d->frames + j->d->own;
	/* Without error reports the counter tells, and it falls with each good frame. */
	bool grew = j->d->errors == 0 && j->c->rx_errors != KIN_CAN_UNKNOWN &&
		    j->c->rx_errors > j->d->rx_errors && j->c->rx_errors >= 96;
	uint32_t bitrate = j->c->phases[KIN_CAN_NOMINAL].timing.bitrate;
	struct kin_can_finding *f;
	char rate[16] = "BITRATE";

	if (is_controller(j) && grew && right == 0)
		broken = 1;
	if (broken == 0)
		return;
	if (right * 4 >= broken) {
		f = find(j, KIN_CAN_WARNING, "bus-errors");
		SEEN(f,
		     "%llu frames were right and %llu were broken (%llu stuff, %llu form, %llu "
		     "CRC).",
		     (unsigned long long)right, (unsigned long long)broken,
		     (unsigned long long)j->d->stuff, (unsigned long long)j->d->form,
		     (unsigned long long)j->d->crc);
		WHY(f,
		    "The bit rate is right, the signal is not: a termination missing or too much "
		    "(60 ohms between CAN_H and CAN_L with the power off), long stubs, a bad "
		    "ground, or a sample point unlike the others'.");
		if (bitrate)
			kin_can_bitrate_format(bitrate, rate, sizeof(rate));
		REMEDY(f,
		       "Measure the termination, then try the others' sample point: "
		       "kin can up %s %s@80.",
		       controller_of(j), rate);
		return;
	}
	f = find(j, KIN_CAN_FAULT, "wrong-bitrate");
	if (j->d->errors)
		SEEN(f,
		     "Hardly a frame was right: %llu, and %llu broken (%llu stuff, %llu form, %llu "
		     "CRC).",
		     (unsigned long long)right, (unsigned long long)broken,
		     (unsigned long long)j->d->stuff, (unsigned long long)j->d->form,
		     (unsigned long long)j->d->crc);
	else
		SEEN(f, "The receiving counter rose to %u, and no frame was right.",
		     j->c->rx_errors);
	WHY(f, "Something is sent that this controller can't read: the bit rate, or with FD the "
	       "data bit rate, is not this one; or FD frames reach a classic controller.");
	REMEDY(f,
	       "Try the usual ones without disturbing anybody: kin can up %s 250k --listen-only, "
	       "then 125k, 1M.",
	       controller_of(j));
}

static void judge_sending(struct judgement *j, bool unacknowledged)
{
	struct kin_can_finding *f;

	if (j->d->bit > 0) {
		f = find(j, KIN_CAN_FAULT, "bit-errors");
		SEEN(f, "%llu bits on the bus were not what was sent.",
		     (unsigned long long)j->d->bit);
		WHY(f,
		    "CAN_H and CAN_L are shorted or swapped, a transceiver is dead or asleep, two "
		    "nodes send the same identifier, or the bit rates differ.");
		REMEDY(f,
		       "Look at wiring and transceiver, then for an identifier with two senders.");
	}
	if (j->d->full > 0) {
		f = find(j, KIN_CAN_FAULT, "queue-full");
		SEEN(f, "The queue of %u frames is full (ENOBUFS).", j->c->queue_len);
		WHY(f, "%s",
		    unacknowledged || state_of(j) == CAN_STATE_BUS_OFF
			    ? "Nothing leaves it, for the reason above."
			    : "Frames come faster than the bus takes them.");
		REMEDY(f,
		       unacknowledged || state_of(j) == CAN_STATE_BUS_OFF
			       ? "kin can down and up empties it."
			       : "Send less at a time, or kin can up %s --txqlen 1000.",
		       j->c->name);
	}
	if (j->d->failed > 0) {
		f = find(j, KIN_CAN_FAULT, "send-failed");
		SEEN(f, "Sending a frame said: %s.", strerror(j->d->failure));
		WHY(f, "The interface or its driver refuses it.");
		REMEDY(f, "kin can show %s", j->c->name);
	}
}

static void judge_state(struct judgement *j)
{
	enum can_state state = state_of(j);
	bool passive = state == CAN_STATE_ERROR_PASSIVE;
	struct kin_can_finding *f;

	if (!passive && state != CAN_STATE_ERROR_WARNING)
		return;
	f = find(j, KIN_CAN_WARNING, passive ? "error-passive" : "error-warning");
	if (!is_controller(j) || j->c->tx_errors == KIN_CAN_UNKNOWN)
		SEEN(f, "The controller is %s.", kin_can_state_name(state));
	else
		SEEN(f, "The controller is %s: errors sending %u, receiving %u.",
		     kin_can_state_name(state), j->c->tx_errors, j->c->rx_errors);
	WHY(f, "%s",
	    passive ? "At 128 it reports errors no longer to the others, and waits longer "
		      "between its frames."
		    : "At 96 it warns; each frame that goes right takes one off.");
}

static void judge_reader(struct judgement *j)
{
	uint64_t missed = j->c->stats.rx_dropped - j->d->stats.rx_dropped;
	uint64_t over = j->c->stats.rx_over_errors - j->d->stats.rx_over_errors;
	struct kin_can_finding *f;

	if (over < j->d->overflow)
		over = j->d->overflow;
	if (over > 0) {
		f = find(j, KIN_CAN_WARNING, "rx-overflow");
		SEEN(f, "The controller lost %llu frames before the driver took them.",
		     (unsigned long long)over);
		WHY(f, "The interrupt comes late: a busy CPU, or a slow SPI or USB.");
		REMEDY(f,
		       "Give its interrupt a CPU and priority of its own, or filter in hardware.");
	}
	if (missed > 0) {
		f = find(j, KIN_CAN_WARNING, "rx-dropped");
		SEEN(f, "The kernel dropped %llu frames.", (unsigned long long)missed);
		WHY(f, "Nobody took them off in time, or memory was short.");
	}
}

/* Settings that explain what is seen, or will be needed. */
static void judge_settings(struct judgement *j)
{
	static const struct {
		uint32_t bit;
		bool silences; /* what is to be sent stays here */
		const char *code, *seen, *why;
	} rows[] = {
		{CAN_CTRLMODE_LISTENONLY, true, "listen-only", "Listen-only is on.",
		 "It neither sends nor acknowledges: with one more node on the bus, that one's "
		 "frames "
		 "are acknowledged by nobody."},
		{CAN_CTRLMODE_LOOPBACK, false, "loopback", "Loopback is on.",
		 "What is sent comes back inside the controller; others may not see it."},
		{CAN_CTRLMODE_ONE_SHOT, false, "one-shot", "One-shot is on.",
		 "A frame that loses arbitration or goes wrong is not sent again."},
		{CAN_CTRLMODE_PRESUME_ACK, false, "presume-ack", "Presume-ack is on.",
		 "A frame counts as sent when nobody has acknowledged it."},
	};
	struct kin_can_finding *f;

	if (j->c->termination == 0 && j->c->n_terminations > 0) {
		f = find(j, j->d->errors ? KIN_CAN_WARNING : KIN_CAN_NOTE, "termination-off");
		SEEN(f, "The termination of this interface is off.");
		WHY(f, "Both ends of a bus need one, and nobody between them.");
		REMEDY(f, "At an end of the bus: kin can up %s --termination 120.", j->c->name);
	}
	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!(j->c->modes & rows[i].bit))
			continue;
		f = find(j, rows[i].silences && is_unheard(j) ? KIN_CAN_FAULT : KIN_CAN_NOTE,
			 rows[i].code);
		SEEN(f, "%s", rows[i].seen);
		WHY(f, "%s", rows[i].why);
	}
	if (is_controller(j) && j->d->form + j->d->stuff + j->d->crc + j->d->bit == 0 &&
	    j->c->device.bus_error == j->d->device.bus_error && is_trouble(j) &&
	    !(j->c->modes & CAN_CTRLMODE_BERR_REPORTING) &&
	    j->c->modes_supported != KIN_CAN_UNKNOWN &&
	    j->c->modes_supported & CAN_CTRLMODE_BERR_REPORTING) {
		f = find(j, KIN_CAN_NOTE, "no-error-reports");
		SEEN(f, "Reports of single errors on the bus are off.");
		WHY(f, "Which kind of error it is can't be seen.");
		REMEDY(f, "kin can up %s --berr, then look again.", j->c->name);
	}
}

static void judge_silence(struct judgement *j)
{
	struct kin_can_finding *f;

	if (!is_controller(j)) {
		f = find(j, KIN_CAN_NOTE, "virtual");
		SEEN(f, "It is %s%s.", *j->c->kind ? "a " : "virtual", j->c->kind);
		WHY(f, "There is no bus, no bit rate and no acknowledgement: whatever is sent "
		       "arrives.");
		if (j->d->errors)
			REMEDY(f, "What error frames tell is of a controller elsewhere: mend it "
				  "there.");
	}
	if (j->d->frames + j->d->errors == 0 && j->d->own == 0) {
		bool tried = j->d->sent > 0;

		f = find(j, KIN_CAN_WARNING, "silence");
		SEEN(f, "Not a frame and not an error.");
		WHY(f, "%s",
		    tried ? "Nobody sends, and what was sent here has not come back."
			  : "Nobody sends, or the line is not connected; silence sounds "
			    "the same at every bit rate.");
		REMEDY(f,
		       tried ? "kin can show %s"
			     : "kin can doctor %s --send tells whether "
			       "anybody acknowledges.",
		       j->c->name);
		return;
	}
	if (is_trouble(j))
		return;
	f = find(j, KIN_CAN_NOTE, "works");
	SEEN(f, "%llu frames, %llu errors%s.", (unsigned long long)(j->d->frames + j->d->own),
	     (unsigned long long)j->d->errors,
	     j->d->own && is_controller(j) ? "; what was sent was acknowledged" : "");
	WHY(f, "Frames get through.");
}

/* The worst first, else as they were found. */
static void sort(struct kin_can_finding *list, unsigned n)
{
	for (unsigned i = 1; i < n; i++)
		for (unsigned k = i; k > 0 && list[k].severity > list[k - 1].severity; k--) {
			struct kin_can_finding moved = list[k];

			list[k] = list[k - 1];
			list[k - 1] = moved;
		}
}

int kin_can_doctor_judge(const struct kin_can_doctor *doctor,
			 const struct kin_can_controller *after, struct kin_can_finding **ret_list)
{
	struct judgement j = {.d = doctor, .c = after};

	KIN_NEED(doctor);
	KIN_NEED(after);
	KIN_NEED(ret_list);
	j.list = calloc(MAX_FINDINGS, sizeof(*j.list));
	if (!j.list)
		return kin_fail(ENOMEM, "no memory");
	if (judge_interface(&j)) {
		bool unacknowledged;

		judge_bus_off(&j);
		unacknowledged = judge_acknowledge(&j);
		judge_reception(&j);
		judge_sending(&j, unacknowledged);
		judge_state(&j);
		judge_reader(&j);
		judge_settings(&j);
		judge_silence(&j);
	}
	sort(j.list, j.n);
	*ret_list = j.list;
	return (int)j.n;
}
