/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file can-controller.h
 * CAN controllers: their bit timing, modes and state, read and set over rtnetlink, and the
 * arithmetic behind it. The structures are those of <linux/can/netlink.h>, the units too: bit/s,
 * a tenth of a percent for sample points, nanoseconds for a time quantum, time quanta for the
 * segments of a bit.
 *
 *     struct kin_can_config *config;
 *
 *     kin_can_config_new(&config);
 *     kin_can_config_bitrate(config, KIN_CAN_NOMINAL, 500000, 0);
 *     kin_can_config_up(config, true);
 *     if (kin_can_apply("can0", config, KIN_CAN_MAY_STOP) < 0)
 *             errx(1, "%s", kin_error_text());
 *     kin_can_config_free(config);
 *
 * libsocketcan does a part of this and is not used here, because it prints on failure and knows
 * neither data bit timing nor TDC; the tests read with it what is set here, and the reverse.
 */
#ifndef KIN_CAN_CONTROLLER_H
#define KIN_CAN_CONTROLLER_H

#include <linux/can/netlink.h>
#include <linux/if_link.h>

#include <kin/can.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Bit timing ---------------------------------------------------------------------------- */

/** The parts of a frame that have a bit rate of their own. */
enum kin_can_phase {
	KIN_CAN_NOMINAL, /* arbitration, and all of a classic frame */
	KIN_CAN_DATA,    /* the data of FD frames with bit rate switching; Linux 3.15 */
	KIN_CAN_XL_DATA, /* the data of XL frames; Linux 6.19 */
};

#define KIN_CAN_PHASES 3

/** A way for a controller to make a bit rate. */
struct kin_can_solution {
	struct can_bittiming timing; /* complete; bitrate and sample_point are what results */
	uint32_t quanta;             /* of a bit, the synchronisation segment included */
	int64_t bitrate_error_ppb;   /* parts per billion, above 0: too fast */
	int sample_point_error;      /* a tenth of a percent, above 0: too late */
};

/** The sample point that CiA recommends: 875, above 500 kbit/s 800, above 800 kbit/s 750. */
KIN_API unsigned kin_can_sample_point(uint32_t bitrate);

/**
 * The bit timing that the kernel computes (since Linux 5.19) for a bit rate: the least error of
 * the bit rate, then of the sample point, which is never later than asked for, then the most
 * quanta. The jump width is that of Linux 6.3 and later: half of phase segment 2; before it was 1.
 * @param limits  the controller's: kin_can_controller_read() or kin_can_model_at()
 * @param clock  of the controller, Hz
 * @param sample_point  1-999; 0: kin_can_sample_point()
 * @return 0; -EINVAL: a number makes no sense; -EDOM: off by more than 5 %, the record says which
 *         bit rate is the nearest
 */
KIN_API int kin_can_bittiming_calc(const struct can_bittiming_const *limits, uint32_t clock,
				   uint32_t bitrate, unsigned sample_point,
				   struct kin_can_solution *ret_solution);

/**
 * Every combination of prescaler and number of quanta whose bit rate is off by no more than a
 * tolerance, each with the segments for the nearest sample point, best first.
 * @param tolerance_ppm  0-50000 parts per million
 * @param ret_list  freed by free(3)
 * @return how many, at least 1; -EINVAL; -EDOM: there is none, as above; -ENOMEM
 */
KIN_API int kin_can_bittiming_all(const struct can_bittiming_const *limits, uint32_t clock,
				  uint32_t bitrate, unsigned sample_point, uint32_t tolerance_ppm,
				  struct kin_can_solution **ret_list);

/**
 * Complete a bit timing that is given by its segments, as the kernel does.
 * @param timing  prop_seg, phase_seg1, phase_seg2, and tq or brp (both: brp counts); sjw 0: 1.
 *                The rest is filled in; untouched on failure
 * @return 0; -EINVAL; -ERANGE: beyond the limits, the record says which
 */
KIN_API int kin_can_bittiming_check(const struct can_bittiming_const *limits, uint32_t clock,
				    struct can_bittiming *timing);

/**
 * Read up to three bit rates with their sample points: "500k", "500k@87.5/2M@75". Numbers in
 * bit/s, or with k or M behind them, with decimals if need be; sample points in percent.
 * @param ret_timing  bitrate and sample_point (0: not given) are set, the rest is 0
 * @return how many there are; -EINVAL
 */
KIN_API int kin_can_bitrates_parse(const char *text,
				   struct can_bittiming ret_timing[KIN_CAN_PHASES]);

/** The shortest text that is read as that bit rate: "500k", "83333". @return as snprintf(3) */
KIN_API ssize_t kin_can_bitrate_format(uint32_t bitrate, char *buf, size_t size);

/** What is known of a kind of controller, from its driver in the kernel. */
struct kin_can_model {
	struct can_bittiming_const limits; /* name is the controller's, as drivers report it */
	struct can_bittiming_const data;   /* of the data phase; brp_max 0: classic CAN only */
	const char *driver;                /* below drivers/net/can of the kernel's sources */
	uint32_t clocks[12];               /* in use, Hz; those behind the last are 0 */
};

/** Model i of the known ones; NULL at the end. */
KIN_API const struct kin_can_model *kin_can_model_at(unsigned i);

/** @return NULL, and a record that lists those there are, when nobody knows it */
KIN_API const struct kin_can_model *kin_can_model_find(const char *name);

/**
 * The registers of a controller for a nominal bit timing: "BTR0=0x00 BTR1=0x1c".
 * @return the length of the text, as snprintf(3); 0: not known of this model; -EINVAL
 */
KIN_API ssize_t kin_can_model_registers(const struct kin_can_model *model,
					const struct can_bittiming *timing, char *buf, size_t size);

/* ---- State --------------------------------------------------------------------------------- */

/** A control mode: CAN_CTRLMODE_* of <linux/can/netlink.h>. */
struct kin_can_mode {
	const char *name; /* "listen-only", as ip(8) calls it */
	uint32_t bit;
	const char *since; /* the first kernel that has it: "2.6.31" */
	const char *doc;
};

/** Mode i of those that there are; NULL at the end. */
KIN_API const struct kin_can_mode *kin_can_mode_at(unsigned i);

/** "error-active", "bus-off", ... @param state  enum can_state; "unknown" for what is none */
KIN_API const char *kin_can_state_name(uint32_t state);

/** What is not known, because the kernel or the driver does not say it. */
#define KIN_CAN_UNKNOWN UINT32_MAX

/**
 * Transmitter delay compensation, in periods of the controller's clock: a sender with a fast data
 * phase looks at the bit it sends as much later as it takes to come back (Linux 5.16).
 */
struct kin_can_tdc {
	uint32_t value, offset, filter;  /* TDCV, TDCO, TDCF; KIN_CAN_UNKNOWN */
	uint32_t value_min, value_max;   /* limits; max 0: can't be set */
	uint32_t offset_min, offset_max; /* offset_max 0: the controller has no TDC */
	uint32_t filter_min, filter_max;
};

/** What a controller has for one phase. */
struct kin_can_phase_info {
	struct can_bittiming timing;       /* bitrate 0: not set */
	struct can_bittiming_const limits; /* brp_max 0: none; then there are bitrates, or nothing
					    * of this phase */
	const uint32_t *bitrates;          /* the only ones that there are, or NULL */
	size_t n_bitrates;
	struct kin_can_tdc tdc;
};

/**
 * A CAN interface. Only the library makes these, so more fields may follow. Of a virtual one
 * (kind is not "can") all behind "Controllers only" is zero.
 */
struct kin_can_controller {
	size_t struct_size; /* what the library knows of this structure */
	unsigned index;
	char name[16];
	char kind[16];   /* "can": a controller; "vcan", "vxcan"; "" when the driver says nothing */
	char driver[32]; /* "kvaser_pci"; "" when nobody says */
	char parent_bus[16]; /* "pci", "usb", "spi", "platform"; Linux 5.14 */
	char parent[64];     /* "0000:00:03.0" */
	unsigned flags;      /* IFF_UP, IFF_RUNNING, IFF_ECHO, ...: <linux/if.h> */
	unsigned operstate;  /* IF_OPER_*: <linux/if.h> */
	uint32_t mtu;        /* 16: classic; 72: FD; more: XL */
	uint32_t queue_len;  /* frames that wait to be sent */
	unsigned peer;       /* of a vxcan, the index of the other end in its namespace; 0: none */
	struct rtnl_link_stats64 stats; /* <linux/if_link.h> */

	/* Controllers only */
	uint32_t state;                /* enum can_state */
	uint32_t clock;                /* Hz; 0: it does not say */
	uint32_t modes;                /* CAN_CTRLMODE_* that are on */
	uint32_t modes_supported;      /* that can be switched; KIN_CAN_UNKNOWN before Linux 5.17 */
	uint32_t restart_ms;           /* after bus-off; 0: not by itself */
	uint32_t tx_errors, rx_errors; /* the error counters, up to 255; KIN_CAN_UNKNOWN */
	uint32_t bitrate_max;          /* of the transceiver, bit/s; 0: it does not say */
	uint32_t termination;          /* ohms, 0: off; KIN_CAN_UNKNOWN: can't be set */
	const uint16_t *terminations;  /* those that can be set, or NULL */
	size_t n_terminations;
	struct can_device_stats device;                   /* since the module was loaded */
	struct kin_can_phase_info phases[KIN_CAN_PHASES]; /* by enum kin_can_phase */
};

/**
 * Read all that the kernel says of a CAN interface. Needs no capability.
 * @return 0; -EINVAL: NULL or "any"; -ENODEV: no such interface, or not a CAN interface (the
 *         record lists those there are); else what the kernel said
 */
KIN_API int kin_can_controller_read(const char *ifname, struct kin_can_controller **ret_controller);

/**
 * The same from an RTM_NEWLINK message with its struct nlmsghdr, as "netlink:route,groups=link"
 * delivers it when something has changed. The driver's name is not in it.
 * @return 0; -EINVAL; -EBADMSG: not such a message; -ENODEV: not of a CAN interface; -ENOMEM
 */
KIN_API int kin_can_controller_parse(const void *message, size_t len,
				     struct kin_can_controller **ret_controller);

KIN_API void kin_can_controller_free(struct kin_can_controller *controller);

/**
 * All CAN interfaces of this network namespace, by index.
 * @param ret_list  ended by NULL; to be given to kin_can_controller_list_free()
 * @return how many
 */
KIN_API int kin_can_controller_list(struct kin_can_controller ***ret_list);
KIN_API void kin_can_controller_list_free(struct kin_can_controller **list);

/* ---- Setting up ---------------------------------------------------------------------------- */

/** What is to be set; what was not named stays as it is. */
struct kin_can_config;

KIN_API int kin_can_config_new(struct kin_can_config **ret_config);
KIN_API void kin_can_config_free(struct kin_can_config *config);

/**
 * A bit rate; the segments are left to the kernel. A data bit rate switches FD on.
 * @param bitrate  bit/s
 * @param sample_point  1-999, a tenth of a percent; 0: kin_can_sample_point()
 * @return 0; -EINVAL
 */
KIN_API int kin_can_config_bitrate(struct kin_can_config *config, enum kin_can_phase phase,
				   uint32_t bitrate, unsigned sample_point);

/**
 * The same with segments: tq or brp, prop_seg, phase_seg1, phase_seg2, sjw (0: 1), or with
 * bitrate, sample_point and a sjw of one's own.
 */
KIN_API int kin_can_config_timing(struct kin_can_config *config, enum kin_can_phase phase,
				  const struct can_bittiming *timing);

/**
 * Switch modes. Calls add up. To switch off what a controller does not have is no failure.
 * @param mask  CAN_CTRLMODE_*: which
 * @param on  those of mask that are to be on
 * @return 0; -EINVAL: on has more than mask
 */
KIN_API int kin_can_config_modes(struct kin_can_config *config, uint32_t mask, uint32_t on);

/** Whether and how the delay of the transmitter is compensated. */
enum kin_can_tdc_mode {
	KIN_CAN_TDC_OFF,
	KIN_CAN_TDC_AUTO,   /* measured; offset 0: the kernel computes it */
	KIN_CAN_TDC_MANUAL, /* value and offset are needed */
};

/** @param filter  0: none. The limits are the controller's. @return 0; -EINVAL */
KIN_API int kin_can_config_tdc(struct kin_can_config *config, enum kin_can_phase phase,
			       enum kin_can_tdc_mode mode, uint32_t value, uint32_t offset,
			       uint32_t filter);

/** How long after bus-off the controller goes on by itself. @param ms  0: not */
KIN_API int kin_can_config_restart_ms(struct kin_can_config *config, uint32_t ms);

/** @param ohms  one of the controller's choices, 0: off; Linux 4.11 */
KIN_API int kin_can_config_termination(struct kin_can_config *config, unsigned ohms);

/** @param frames  that may wait to be sent, at least 1 */
KIN_API int kin_can_config_queue_len(struct kin_can_config *config, uint32_t frames);

/** Of a virtual interface; that of a controller follows FD. @param mtu  16, 72, 76-2060 */
KIN_API int kin_can_config_mtu(struct kin_can_config *config, uint32_t mtu);

/** Set the interface up or down. */
KIN_API int kin_can_config_up(struct kin_can_config *config, bool up);

enum {
	/** What can't be changed while the interface is up may stop it for a moment. */
	KIN_CAN_MAY_STOP = 1 << 0,
};

/**
 * Set all of it in one request. Checked against the controller before: what it can't do is
 * refused, and nothing is changed. Needs CAP_NET_ADMIN.
 * @param flags  KIN_CAN_MAY_STOP or 0
 * @return 1; 0: it was so already, nothing was done; -EDOM: a bit rate that can't be made, the
 *         record says the nearest; -EOPNOTSUPP: a mode, phase or setting that it does not have,
 *         the record says which it has; -ERANGE: segments beyond its limits; -EBUSY: it is up,
 *         and may not be stopped; -EINVAL: no bit rate yet; -ENODEV; -EPERM
 */
KIN_API int kin_can_apply(const char *ifname, const struct kin_can_config *config, unsigned flags);

/**
 * Bring a controller back from bus-off. Needs CAP_NET_ADMIN.
 * @return 0; -EBUSY: it is not bus-off, or restart_ms does it; -EINVAL: the interface is down;
 *         -EOPNOTSUPP: it is no controller, or its driver can't (slcan, can327)
 */
KIN_API int kin_can_restart(const char *ifname);

/* ---- What is wrong ------------------------------------------------------------------------- */

enum kin_can_severity {
	KIN_CAN_NOTE,    /* worth knowing */
	KIN_CAN_WARNING, /* will be a fault some day, or makes one worse */
	KIN_CAN_FAULT,   /* frames do not get through */
};

/** One thing that was found. The texts are sentences for people; code is for programs. */
struct kin_can_finding {
	enum kin_can_severity severity;
	const char *code; /* "nobody-acknowledges"; documented below */
	char seen[192];   /* what was seen */
	char why[256];    /* what that comes from */
	char remedy[256]; /* what to do about it; may be empty */
};

/**
 * Judges a bus from its controller before and after a time of listening, and from the frames of
 * that time, error frames above all. It opens nothing and sends nothing: who uses it receives
 * with the option errors=all, and may try to send.
 *
 * Findings, in this order: "down", "no-bitrate", "bus-off", "restarts", "nobody-acknowledges",
 * "wrong-bitrate", "bit-errors", "bus-errors", "error-passive", "error-warning", "queue-full",
 * "send-failed", "rx-overflow", "rx-dropped", "termination-off", "listen-only", "loopback",
 * "one-shot", "presume-ack", "no-error-reports", "virtual", "silence", "works".
 */
struct kin_can_doctor;

/** @param before  as it was before listening; it stays the caller's and is not kept */
KIN_API int kin_can_doctor_new(const struct kin_can_controller *before,
			       struct kin_can_doctor **ret_doctor);
KIN_API void kin_can_doctor_free(struct kin_can_doctor *doctor);

/**
 * A frame was received.
 * @param frame  size bytes, as kin_can_frame_kind() takes them
 * @param own  it is one that was sent by this host: MSG_DONTROUTE in the message's flags
 * @return 0; -EINVAL; -EBADMSG: not a frame
 */
KIN_API int kin_can_doctor_frame(struct kin_can_doctor *doctor, const void *frame, size_t size,
				 bool own);

/** A frame was to be sent. @param err  0; what sending said, negative */
KIN_API int kin_can_doctor_sent(struct kin_can_doctor *doctor, int err);

/**
 * Judge.
 * @param after  the controller now
 * @param ret_list  worst first; freed by free(3)
 * @return how many, at least 1
 */
KIN_API int kin_can_doctor_judge(const struct kin_can_doctor *doctor,
				 const struct kin_can_controller *after,
				 struct kin_can_finding **ret_list);

/* ---- Cleanup ------------------------------------------------------------------------------- */

static inline void kin_can_controller_free_cleanup(struct kin_can_controller **controller)
{
	kin_can_controller_free(*controller);
}
static inline void kin_can_controller_list_free_cleanup(struct kin_can_controller ***list)
{
	kin_can_controller_list_free(*list);
}
static inline void kin_can_doctor_free_cleanup(struct kin_can_doctor **doctor)
{
	kin_can_doctor_free(*doctor);
}
static inline void kin_can_config_free_cleanup(struct kin_can_config **config)
{
	kin_can_config_free(*config);
}

#ifdef __cplusplus
}
#endif

#endif
