/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Real controllers: the SJA1000 pair of the VM (can0, can1), set and read here and by libsocketcan,
 * and the kernel's own slcan behind a pty, whose other end says what its controller would: states,
 * counters and errors that QEMU's SJA1000 never produces.
 */
#include "harness.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tty.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <kin/can-controller.h>
#include <kin/family.h>

static struct kin_can_controller *state_of(const char *name)
{
	struct kin_can_controller *c;

	ck_ok(kin_can_controller_read(name, &c));
	return c;
}

static int apply(const char *name, uint32_t rate, unsigned point, uint32_t mask, uint32_t on,
		 unsigned flags)
{
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = NULL;

	ck_ok(kin_can_config_new(&config));
	if (rate)
		ck_ok(kin_can_config_bitrate(config, KIN_CAN_NOMINAL, rate, point));
	ck_ok(kin_can_config_modes(config, mask, on));
	ck_ok(kin_can_config_up(config, true));
	return kin_can_apply(name, config, flags);
}

static int set_restart_ms(const char *name, uint32_t ms)
{
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = NULL;

	ck_ok(kin_can_config_new(&config));
	ck_ok(kin_can_config_restart_ms(config, ms));
	return kin_can_apply(name, config, KIN_CAN_MAY_STOP);
}

static int set_up(const char *name, bool up)
{
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = NULL;

	ck_ok(kin_can_config_new(&config));
	ck_ok(kin_can_config_up(config, up));
	return kin_can_apply(name, config, 0);
}

#define ALL_MODES 0x1FF

/* As other tests find it: 500 kbit/s, no modes, up. */
static void as_it_was(void)
{
	ck_assert_int_ge(set_restart_ms("can0", 0), 0);
	ck_assert_int_ge(apply("can0", 500000, 0, ALL_MODES, 0, KIN_CAN_MAY_STOP), 0);
	ck_assert_int_ge(apply("can1", 500000, 0, ALL_MODES, 0, KIN_CAN_MAY_STOP), 0);
}

/* ---- The SJA1000 --------------------------------------------------------------------------- */

START_TEST(bring_up)
{
	struct kin_can_controller *c;

	ck_assert_int_ge(set_up("can0", false), 0);
	c = state_of("can0");
	ck_assert_uint_eq(c->state, CAN_STATE_STOPPED);
	ck_assert_uint_eq(c->flags & IFF_UP, 0);
	ck_assert_str_eq(c->kind, "can");
	ck_assert_str_eq(c->driver, "kvaser_pci");
	ck_assert_str_eq(c->parent_bus, "pci");
	ck_assert_uint_eq(c->clock, 8000000);
	ck_assert_str_eq(c->phases[KIN_CAN_NOMINAL].limits.name, "sja1000");
	ck_assert_uint_eq(c->phases[KIN_CAN_DATA].limits.brp_max, 0);
	ck_assert_uint_eq(c->termination, KIN_CAN_UNKNOWN);
	kin_can_controller_free(c);

	ck_assert_int_ge(apply("can0", 125000, 750, ALL_MODES, 0, 0), 0);
	c = state_of("can0");
	ck_assert_uint_eq(c->state, CAN_STATE_ERROR_ACTIVE);
	ck_assert_uint_eq(c->flags & IFF_UP, IFF_UP);
	ck_assert_uint_eq(c->phases[KIN_CAN_NOMINAL].timing.bitrate, 125000);
	ck_assert_uint_eq(c->phases[KIN_CAN_NOMINAL].timing.sample_point, 750);
	kin_can_controller_free(c);

	/* The same again does nothing; another one needs leave. */
	ck_assert_int_eq(apply("can0", 125000, 750, ALL_MODES, 0, 0), 0);
	ck_refused(apply("can0", 250000, 0, 0, 0, 0), EBUSY, "it is up");
	ck_assert_int_eq(apply("can0", 250000, 0, 0, 0, KIN_CAN_MAY_STOP), 1);
	c = state_of("can0");
	ck_assert_uint_eq(c->phases[KIN_CAN_NOMINAL].timing.bitrate, 250000);
	ck_assert_uint_eq(c->flags & IFF_UP, IFF_UP);
	kin_can_controller_free(c);
	as_it_was();
}
END_TEST

/* What the kernel computes is what kin_can_bittiming_calc() says it will. */
START_TEST(the_kernel_computes_the_same)
{
	static const uint32_t rates[] = {1000000, 800000, 666666, 500000, 250000, 125000,
					 100000,  83333,  50000,  33333,  20000,  10000};
	static const unsigned points[] = {0, 600, 800, 900};

	for (unsigned i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		/* Not all of them: each takes the controller down and up. */
		for (unsigned k = 0; k < 4; k += 1 + i % 3) {
			struct kin_can_controller *c;
			struct kin_can_solution s;
			const struct can_bittiming *t;
			int r = apply("can0", rates[i], points[k], 0, 0, KIN_CAN_MAY_STOP);

			c = state_of("can0");
			t = &c->phases[KIN_CAN_NOMINAL].timing;
			if (kin_can_bittiming_calc(&c->phases[KIN_CAN_NOMINAL].limits, c->clock,
						   rates[i], points[k], &s) < 0) {
				ck_assert_int_eq(r, -EDOM);
			} else {
				ck_assert_int_ge(r, 0);
				s.timing.sjw = t->sjw; /* 1 before Linux 6.3 */
				ck_assert_mem_eq(t, &s.timing, sizeof(*t));
			}
			kin_can_controller_free(c);
		}
	as_it_was();
}
END_TEST

START_TEST(segments_are_set)
{
	const struct can_bittiming timing = {
		.brp = 4, .prop_seg = 5, .phase_seg1 = 4, .phase_seg2 = 6, .sjw = 3};
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = NULL;
	struct kin_can_controller *c;
	const struct can_bittiming *t;

	ck_ok(kin_can_config_new(&config));
	ck_ok(kin_can_config_timing(config, KIN_CAN_NOMINAL, &timing));
	ck_assert_int_eq(kin_can_apply("can0", config, KIN_CAN_MAY_STOP), 1);
	ck_assert_int_eq(kin_can_apply("can0", config, 0), 0);
	c = state_of("can0");
	t = &c->phases[KIN_CAN_NOMINAL].timing;
	ck_assert_uint_eq(t->bitrate, 125000);
	ck_assert_uint_eq(t->sample_point, 625);
	ck_assert_uint_eq(t->brp, 4);
	ck_assert_uint_eq(t->prop_seg, 5);
	ck_assert_uint_eq(t->phase_seg1, 4);
	ck_assert_uint_eq(t->phase_seg2, 6);
	ck_assert_uint_eq(t->sjw, 3);
	kin_can_controller_free(c);
	as_it_was();
}
END_TEST

START_TEST(modes_and_the_rest)
{
	const struct kin_can_mode *mode;
	struct kin_can_controller *c = state_of("can0");
	uint32_t supported = c->modes_supported;
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = NULL;

	kin_can_controller_free(c);
	for (unsigned i = 0; (mode = kin_can_mode_at(i)); i++) {
		if (!(supported & mode->bit)) {
			ck_refused(apply("can0", 0, 0, mode->bit, mode->bit, KIN_CAN_MAY_STOP),
				   EOPNOTSUPP, mode->name);
			continue;
		}
		ck_assert_int_eq(apply("can0", 0, 0, ALL_MODES, mode->bit, KIN_CAN_MAY_STOP), 1);
		c = state_of("can0");
		ck_assert_uint_eq(c->modes, mode->bit);
		kin_can_controller_free(c);
	}
	ck_ok(kin_can_config_new(&config));
	ck_ok(kin_can_config_queue_len(config, 123));
	ck_assert_int_eq(kin_can_apply("can0", config, 0), 1);
	c = state_of("can0");
	ck_assert_uint_eq(c->queue_len, 123);
	ck_assert_uint_eq(c->flags & IFF_UP, IFF_UP);
	kin_can_controller_free(c);
	ck_ok(kin_can_config_queue_len(config, 10));
	ck_ok(kin_can_apply("can0", config, 0));
	as_it_was();
}
END_TEST

START_TEST(refusals)
{
	ck_refused(kin_can_restart("can0"), EBUSY, "it is error-active");
	ck_assert_int_ge(set_up("can1", false), 0);
	ck_refused(kin_can_restart("can1"), EINVAL, "it is down");
	ck_refused(kin_can_restart("xcan0"), ENODEV, "CAN interfaces here: can0, can1");
	ck_refused(kin_can_restart("lo"), ENODEV, "not a CAN interface");
	ck_refused(apply("can0", 5000000, 0, 0, 0, 0), EDOM, "the nearest is 2666666");
	ck_refused(apply("can0", 0, 0, CAN_CTRLMODE_FD, CAN_CTRLMODE_FD, 0), EOPNOTSUPP,
		   "it has loopback, listen-only");
	as_it_was();
}
END_TEST

START_TEST(virtual_interfaces)
{
	struct kin_can_controller **list KIN_CLEANUP(kin_can_controller_list_free) = NULL;
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = NULL;
	struct kin_can_controller *c;

	shell("ip link add vcan0 type vcan && ip link add left type vxcan peer name right");
	ck_ok(kin_can_config_new(&config));
	ck_ok(kin_can_config_mtu(config, 72));
	ck_ok(kin_can_config_queue_len(config, 77));
	ck_ok(kin_can_config_up(config, true));
	ck_assert_int_eq(kin_can_apply("vcan0", config, 0), 1);
	ck_assert_int_eq(kin_can_apply("vcan0", config, 0), 0);
	ck_assert_int_eq(kin_can_apply("left", config, 0), 1);
	ck_ok(kin_can_config_mtu(config, 16));
	ck_refused(kin_can_apply("vcan0", config, 0), EBUSY, "it is up");
	ck_assert_int_eq(kin_can_apply("vcan0", config, KIN_CAN_MAY_STOP), 1);
	ck_refused(apply("vcan0", 500000, 0, 0, 0, 0), EOPNOTSUPP, "it is a vcan");
	ck_refused(kin_can_restart("vcan0"), EOPNOTSUPP, "no controller");
	c = state_of("left");
	ck_assert_str_eq(c->kind, "vxcan");
	ck_assert_uint_eq(c->mtu, 72);
	ck_assert_uint_eq(c->peer, if_nametoindex("right"));
	kin_can_controller_free(c);
	ck_assert_int_eq(kin_can_controller_list(&list), 3);
	ck_assert_str_eq(list[0]->name, "vcan0");
	ck_assert_uint_eq(list[0]->mtu, 16);
	ck_assert_uint_eq(list[0]->queue_len, 77);
	ck_assert_ptr_null(list[3]);
}
END_TEST

/* ---- libsocketcan -------------------------------------------------------------------------- */

/* Its functions can_...(), as <libsocketcan.h> declares them. */
struct socketcan {
	void *library;
	int (*do_start)(const char *);
	int (*do_stop)(const char *);
	int (*get_bittiming)(const char *, struct can_bittiming *);
	int (*get_bittiming_const)(const char *, struct can_bittiming_const *);
	int (*get_ctrlmode)(const char *, struct can_ctrlmode *);
	int (*get_berr_counter)(const char *, struct can_berr_counter *);
	int (*get_device_stats)(const char *, struct can_device_stats *);
	int (*get_clock)(const char *, struct can_clock *);
	int (*get_restart_ms)(const char *, uint32_t *);
	int (*get_state)(const char *, int *);
	int (*set_bittiming)(const char *, struct can_bittiming *);
	int (*set_ctrlmode)(const char *, struct can_ctrlmode *);
	int (*set_restart_ms)(const char *, uint32_t);
};

/* @param member  where the function's address goes */
static void load(const struct socketcan *them, const char *name, void *member)
{
	void *f = dlsym(them->library, name);

	ck_assert_msg(f != NULL, "libsocketcan has no %s()", name);
	memcpy(member, &f, sizeof(f));
}

#define LOAD(name) load(them, "can_" #name, &them->name)

static void socketcan_open(struct socketcan *them)
{
	them->library = dlopen("libsocketcan.so.2", RTLD_NOW);
	ck_assert_msg(them->library != NULL, "%s", dlerror());
	LOAD(do_start);
	LOAD(do_stop);
	LOAD(get_bittiming);
	LOAD(get_bittiming_const);
	LOAD(get_ctrlmode);
	LOAD(get_berr_counter);
	LOAD(get_device_stats);
	LOAD(get_clock);
	LOAD(get_restart_ms);
	LOAD(get_state);
	LOAD(set_bittiming);
	LOAD(set_ctrlmode);
	LOAD(set_restart_ms);
}

START_TEST(libsocketcan_agrees)
{
	struct socketcan them;
	struct can_bittiming timing, theirs = {.bitrate = 250000, .sample_point = 800};
	struct can_bittiming_const limits;
	struct can_ctrlmode modes = {0};
	struct can_berr_counter counter = {1, 1};
	struct can_device_stats stats;
	struct can_clock clock;
	uint32_t ms = 0;
	struct kin_can_controller *c;
	int state;

	socketcan_open(&them);
	/* What is set here is read there. */
	ck_assert_int_ge(set_restart_ms("can0", 50), 0);
	ck_assert_int_eq(apply("can0", 125000, 800, ALL_MODES,
			       CAN_CTRLMODE_LISTENONLY | CAN_CTRLMODE_3_SAMPLES, KIN_CAN_MAY_STOP),
			 1);
	c = state_of("can0");
	ck_assert_int_eq(them.get_bittiming("can0", &timing), 0);
	ck_assert_mem_eq(&timing, &c->phases[KIN_CAN_NOMINAL].timing, sizeof(timing));
	ck_assert_int_eq(them.get_bittiming_const("can0", &limits), 0);
	ck_assert_mem_eq(&limits, &c->phases[KIN_CAN_NOMINAL].limits, sizeof(limits));
	ck_assert_int_eq(them.get_ctrlmode("can0", &modes), 0);
	ck_assert_uint_eq(modes.flags, CAN_CTRLMODE_LISTENONLY | CAN_CTRLMODE_3_SAMPLES);
	ck_assert_int_eq(them.get_berr_counter("can0", &counter), 0);
	ck_assert_uint_eq(counter.txerr, c->tx_errors);
	ck_assert_uint_eq(counter.rxerr, c->rx_errors);
	ck_assert_int_eq(them.get_device_stats("can0", &stats), 0);
	ck_assert_mem_eq(&stats, &c->device, sizeof(stats));
	ck_assert_int_eq(them.get_clock("can0", &clock), 0);
	ck_assert_uint_eq(clock.freq, c->clock);
	ck_assert_int_eq(them.get_state("can0", &state), 0);
	ck_assert_int_eq(state, CAN_STATE_ERROR_ACTIVE);
	ck_assert_int_eq(them.get_restart_ms("can0", &ms), 0);
	ck_assert_uint_eq(ms, 50);
	kin_can_controller_free(c);

	/* And the reverse. */
	ck_assert_int_eq(them.do_stop("can0"), 0);
	ck_assert_int_eq(them.set_bittiming("can0", &theirs), 0);
	modes = (struct can_ctrlmode){ALL_MODES & ~0x20 & ~0x80, CAN_CTRLMODE_ONE_SHOT};
	ck_assert_int_eq(them.set_ctrlmode("can0", &modes), 0);
	ck_assert_int_eq(them.set_restart_ms("can0", 70), 0);
	ck_assert_int_eq(them.do_start("can0"), 0);
	c = state_of("can0");
	ck_assert_uint_eq(c->phases[KIN_CAN_NOMINAL].timing.bitrate, 250000);
	ck_assert_uint_eq(c->modes, CAN_CTRLMODE_ONE_SHOT);
	ck_assert_uint_eq(c->restart_ms, 70);
	ck_assert_uint_eq(c->flags & IFF_UP, IFF_UP);
	kin_can_controller_free(c);
	dlclose(them.library);
	as_it_was();
}
END_TEST

/* ---- A controller that says what we want --------------------------------------------------- */

/* The line discipline of slcan, and who plays its controller. */
struct serial {
	int master, line;
	char name[IF_NAMESIZE];
	pthread_t reader;
};

/* Take commands, as a controller does: the driver waits until they are taken. */
static void *serial_read(void *arg)
{
	struct pollfd fd = {.fd = *(int *)arg, .events = POLLIN};
	char text[64];

	/* Until the line is closed. */
	while (poll(&fd, 1, -1) > 0 && !(fd.revents & POLLHUP))
		if (read(fd.fd, text, sizeof(text)) < 0 && errno != EAGAIN)
			break;
	return NULL;
}

static void serial_open(struct serial *s)
{
	const int discipline = N_SLCAN;
	struct termios raw;

	s->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	ck_assert_int_ge(s->master, 0);
	ck_assert_int_eq(grantpt(s->master) | unlockpt(s->master), 0);
	s->line = open(ptsname(s->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(s->line, 0);
	ck_assert_int_eq(tcgetattr(s->line, &raw), 0);
	cfmakeraw(&raw);
	ck_assert_int_eq(tcsetattr(s->line, TCSANOW, &raw), 0);
	ck_assert_int_eq(ioctl(s->line, TIOCSETD, &discipline), 0);
	ck_assert_int_eq(ioctl(s->line, SIOCGIFNAME, s->name), 0);
	ck_assert_int_eq(pthread_create(&s->reader, NULL, serial_read, &s->master), 0);
}

static void serial_close(struct serial *s)
{
	set_up(s->name, false);
	close(s->line);
	ck_assert_int_eq(pthread_join(s->reader, NULL), 0);
	close(s->master);
}

static void serial_say(struct serial *s, const char *text)
{
	ck_assert_int_eq(write(s->master, text, strlen(text)), (ssize_t)strlen(text));
}

/* The line discipline works behind our back: until it has taken what was said. */
static struct kin_can_controller *wait_for_state(const char *name, uint32_t state)
{
	for (int i = 0; i < 500; i++) {
		struct kin_can_controller *c = state_of(name);

		if (c->state == state)
			return c;
		kin_can_controller_free(c);
		poll(NULL, 0, 10);
	}
	ck_abort_msg("%s never became %s", name, kin_can_state_name(state));
}

static void doctor_says(const char *name, struct kin_sock *sock, struct kin_can_doctor *doctor,
			const char *expected)
{
	struct kin_can_controller *c = state_of(name);
	struct kin_can_finding *list;
	struct can_frame frame;
	int n;

	while (kin_recv(sock, &frame, sizeof(frame), 0) == sizeof(frame))
		ck_ok(kin_can_doctor_frame(doctor, &frame, sizeof(frame), false));
	n = kin_can_doctor_judge(doctor, c, &list);
	ck_assert_int_ge(n, 1);
	ck_assert_str_eq(list[0].code, expected);
	free(list);
	kin_can_controller_free(c);
}

/* A doctor who knows the controller as it is, and where its error frames come. */
static struct kin_sock *begin_to_watch(const char *name, struct kin_can_doctor **doctor)
{
	struct kin_can_controller *c = state_of(name);
	struct kin_sock *sock;
	char address[64];

	ck_ok(kin_can_doctor_new(c, doctor));
	kin_can_controller_free(c);
	snprintf(address, sizeof(address), "can:%s,errors=all,timeout=0", name);
	ck_ok(kin_open(address, KIN_RECEIVE, &sock));
	return sock;
}

START_TEST(states_of_a_serial_controller)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_can_doctor *doctor KIN_CLEANUP(kin_can_doctor_free) = NULL;
	struct kin_can_controller *c;
	struct serial s;

	serial_open(&s);
	c = state_of(s.name);
	ck_assert_uint_eq(c->phases[KIN_CAN_NOMINAL].limits.brp_max, 0);
	ck_assert_uint_ge(c->phases[KIN_CAN_NOMINAL].n_bitrates, 8);
	kin_can_controller_free(c);

	/* Fixed bit rates. */
	ck_refused(apply(s.name, 400000, 0, 0, 0, 0), EDOM, "the nearest is 500000");
	ck_refused(apply(s.name, 500000, 875, 0, 0, 0), EOPNOTSUPP, "fixed");
	ck_assert_int_eq(apply(s.name, 500000, 0, 0, 0, 0), 1);
	ck_assert_int_eq(apply(s.name, 500000, 0, 0, 0, 0), 0);
	c = state_of(s.name);
	ck_assert_uint_eq(c->phases[KIN_CAN_NOMINAL].timing.bitrate, 500000);
	ck_assert_uint_eq(c->state, CAN_STATE_ERROR_ACTIVE);
	kin_can_controller_free(c);

	sock = begin_to_watch(s.name, &doctor);
	serial_say(&s, "sw097010\r");
	kin_can_controller_free(wait_for_state(s.name, CAN_STATE_ERROR_WARNING));
	doctor_says(s.name, sock, doctor, "error-warning");
	serial_say(&s, "e1a\rsp128000\r");
	c = wait_for_state(s.name, CAN_STATE_ERROR_PASSIVE);
	ck_assert_uint_ge(c->device.error_passive, 1);
	ck_refused(kin_can_restart(s.name), EBUSY, "it is error-passive");
	kin_can_controller_free(c);
	doctor_says(s.name, sock, doctor, "nobody-acknowledges");
	serial_say(&s, "sb256256\r");
	c = wait_for_state(s.name, CAN_STATE_BUS_OFF);
	ck_assert_uint_eq(c->device.bus_off, 1);
	kin_can_controller_free(c);
	doctor_says(s.name, sock, doctor, "bus-off");
	/* Not asked of the kernel: it may jump into nowhere. */
	ck_refused(kin_can_restart(s.name), EOPNOTSUPP, "its driver can't: set it down and up");
	ck_refused(set_restart_ms(s.name, 100), EOPNOTSUPP, "its driver can't restart it");
	ck_ok(set_up(s.name, false));
	ck_ok(set_up(s.name, true));
	kin_can_controller_free(wait_for_state(s.name, CAN_STATE_ERROR_ACTIVE));
	serial_close(&s);
}
END_TEST

START_TEST(a_wrong_bit_rate)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_can_doctor *doctor KIN_CLEANUP(kin_can_doctor_free) = NULL;
	struct serial s;

	serial_open(&s);
	ck_assert_int_eq(apply(s.name, 250000, 0, 0, 0, 0), 1);
	sock = begin_to_watch(s.name, &doctor);
	for (int i = 0; i < 20; i++)
		serial_say(&s, "e1s\re1f\re1c\r");
	serial_say(&s, "sw000100\r");
	kin_can_controller_free(wait_for_state(s.name, CAN_STATE_ERROR_WARNING));
	doctor_says(s.name, sock, doctor, "wrong-bitrate");
	serial_close(&s);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{bring_up, "bring-up", .needs = "root can0"},
		{the_kernel_computes_the_same, "the kernel computes the same",
		 .needs = "root can0"},
		{segments_are_set, "segments are set", .needs = "root can0"},
		{modes_and_the_rest, "modes and the rest", .needs = "root can0"},
		{refusals, "refusals", .needs = "root can0"},
		{virtual_interfaces, "virtual interfaces", .needs = "vcan", .net = true},
		{libsocketcan_agrees, "libsocketcan agrees", .needs = "root can0"},
		{states_of_a_serial_controller, "states of a serial controller",
		 .needs = "root can0"},
		{a_wrong_bit_rate, "a wrong bit rate", .needs = "root can0"},
		{},
	};

	return run_cases("can/controller", cases);
}
