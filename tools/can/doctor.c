/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kin/family.h>
#include "controller.h"

struct visit {
	const char *name;
	struct kin_sock *sock;
	struct kin_batch *batch;
	struct kin_can_doctor *doctor;
	int64_t duration_ns;
	int stop;
};

static int open_bus(struct visit *visit)
{
	char address[64];
	struct kin_buf text = {address, sizeof(address), 0};
	int r;

	kin_buf_puts(&text, "can:");
	kin_buf_put_body(&text, visit->name, strlen(visit->name));
	kin_buf_puts(&text, ",fd=on,errors=all,own=on,timeout=0");
	kin_buf_end(&text);
	r = kin_open(address, KIN_RECEIVE, &visit->sock);
	return r < 0 ? r : kin_batch_new(64, CANFD_MTU, 0, &visit->batch);
}

/* What is there now. @return 0; -ENETDOWN and the like are for the judgement, not failures here */
static int take(struct visit *visit)
{
	int n = kin_recv_batch(visit->sock, visit->batch, 0);

	for (int i = 0; i < n; i++) {
		const struct kin_msg *msg = kin_batch_msg(visit->batch, i);
		int err = kin_can_doctor_frame(visit->doctor, msg->data, msg->len,
					       msg->flags & MSG_DONTROUTE);

		if (err < 0 && err != -EBADMSG)
			return err;
	}
	return n == -EAGAIN || n == -ENETDOWN ? 0 : n < 0 ? n : 0;
}

static int listen_for(struct visit *visit)
{
	int64_t deadline = kin_deadline(visit->duration_ns), left;
	struct pollfd fds[] = {
		{.fd = kin_fd(visit->sock), .events = POLLIN},
		{.fd = visit->stop, .events = POLLIN},
	};

	while ((left = deadline - kin_now()) > 0) {
		int n = poll(fds, 2, (int)((left + 999999) / 1000000)), err;

		if (n < 0 && errno != EINTR)
			return -errno;
		err = n > 0 ? take(visit) : 0;
		if (err < 0)
			return err;
		/* What had come before the signal counts. */
		if (n > 0 && fds[1].revents)
			return 0;
	}
	return 0;
}

/* One frame, whatever becomes of it. */
static int send_test(struct visit *visit, const char *text)
{
	union kin_can_frame frame;
	size_t size;
	int err = kin_can_frame_parse(text, &frame, &size);
	ssize_t n;

	if (err < 0)
		return err;
	n = kin_send(visit->sock, &frame, size, 0);
	return kin_can_doctor_sent(visit->doctor, n < 0 ? (int)n : 0);
}

static void put_text(const struct kin_can_finding *f)
{
	static const char *const severities[] = {"note", "warning", "FAULT"};
	static const char *const colours[] = {"", "\033[33m", "\033[31m"};
	bool colour = use_colour(STDOUT_FILENO) && f->severity != KIN_CAN_NOTE;

	printf("%s%s %s%s\n    seen: %s\n    why:  %s\n", colour ? colours[f->severity] : "",
	       severities[f->severity], f->code, colour ? "\033[0m" : "", f->seen, f->why);
	if (*f->remedy)
		printf("    do:   %s\n", f->remedy);
}

static void put_object(const char *name, const struct kin_can_finding *f)
{
	static const char *const severities[] = {"note", "warning", "fault"};

	fputs("{\"interface\":", stdout);
	put_json(stdout, name);
	printf(",\"severity\":\"%s\",\"finding\":\"%s\",\"seen\":", severities[f->severity],
	       f->code);
	put_json(stdout, f->seen);
	fputs(",\"why\":", stdout);
	put_json(stdout, f->why);
	fputs(",\"remedy\":", stdout);
	put_json(stdout, *f->remedy ? f->remedy : NULL);
	puts("}");
}

static int judge(const struct visit *visit, bool json)
{
	struct kin_can_controller *after KIN_CLEANUP(kin_can_controller_free) = NULL;
	struct kin_can_finding *list = NULL;
	int n = kin_can_controller_read(visit->name, &after), status = STATUS_DONE;

	if (n == 0)
		n = kin_can_doctor_judge(visit->doctor, after, &list);
	if (n < 0)
		return complain_of_interface(visit->name, n);
	for (int i = 0; i < n; i++) {
		if (json)
			put_object(visit->name, &list[i]);
		else
			put_text(&list[i]);
		if (list[i].severity == KIN_CAN_FAULT)
			status = STATUS_FAILED;
	}
	free(list);
	return status;
}

static int examine(struct visit *visit, const char *frame)
{
	struct kin_can_controller *before KIN_CLEANUP(kin_can_controller_free) = NULL;
	int err = kin_can_controller_read(visit->name, &before);

	if (err == 0)
		err = kin_can_doctor_new(before, &visit->doctor);
	/* One that is down has nothing to listen to. */
	if (err < 0 || !(before->flags & IFF_UP))
		return err;
	err = open_bus(visit);
	if (err == 0 && frame)
		err = send_test(visit, frame);
	return err < 0 ? err : listen_for(visit);
}

static int run(const struct invocation *inv)
{
	struct visit visit = {.name = inv->args[0], .duration_ns = 5000000000, .stop = -1};
	const char *frame = inv_has(inv, "send") ? "7FF#" : inv_value(inv, "send-frame");
	union kin_can_frame parsed;
	size_t size;
	int err, status;

	if (inv_duration(inv, "duration", &visit.duration_ns))
		return STATUS_USAGE;
	if (frame && kin_can_frame_parse(frame, &parsed, &size) < 0)
		return misuse(inv->command, "--send-frame %s: %s", frame, kin_error_text());
	visit.stop = stop_fd();
	err = examine(&visit, frame);
	status = err < 0 ? complain_of_interface(visit.name, err)
			 : judge(&visit, inv_has(inv, "json"));
	kin_can_doctor_free(visit.doctor);
	kin_batch_free(visit.batch);
	kin_close(visit.sock);
	return status;
}

const struct command command_can_doctor = {
	.group = "can",
	.name = "doctor",
	.args = "INTERFACE",
	.summary = "say what is wrong with a CAN bus, why, and what to do",
	.text = "Listens for a while, error frames and the controller's state and counters "
		"included, and judges: bus-off, nobody acknowledges, a wrong bit rate, broken "
		"frames, silence, an interface that is down, a full queue, settings that explain "
		"what is seen. It sends nothing unless told to; a frame of its own is what tells "
		"whether anybody acknowledges.\n"
		"\n"
		"The exit status is 0 when frames get through or may well do so, and 1 when there "
		"is a fault.",
	.options =
		(const struct command_option[]){
			{"duration", 0, "DURATION", "how long to listen [5s]"},
			{"send", 0, NULL, "send 7FF#, an empty frame of the lowest priority"},
			{"send-frame", 0, "FRAME", "send this one instead"},
			{"json", 'j', NULL, "an object a line and finding"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin can doctor can0 --duration 1", "listen for a second"},
			{"kin can doctor can0 --send --json", "and send a frame"},
			{},
		},
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
