/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file kin.h
 * libkin: every Linux socket family behind one set of calls.
 *
 * Text opens anything; typed constructors in <kin/FAMILY.h> do the same without text:
 *
 *     struct kin_sock *s;
 *     struct kin_batch *b;
 *     int n;
 *
 *     if (kin_open("can:can0,filter=123:7FF", KIN_RECEIVE, &s) < 0)
 *             errx(1, "%s", kin_error_text());
 *     kin_batch_new(64, 72, 0, &b);
 *     while ((n = kin_recv_batch(s, b, 0)) > 0)
 *             for (int i = 0; i < n; i++)
 *                     use(kin_batch_msg(b, i));
 *
 * Conventions, valid for every call below:
 *
 * - What can fail returns a negative errno value, and leaves a record of the failure that says
 *   what was wrong with which value (kin_error_text()). ret_ arguments are written on success only.
 * - A pointer returned through ret_ is the caller's, to be given back to the matching
 *   destructor; a `const char *` or `const struct *` returned directly belongs to the library
 *   and lives as long as the object that it came from. Destructors take NULL.
 * - Times are nanoseconds in int64_t. A timeout below zero means for ever, zero means not at all.
 * - Every file descriptor is close-on-exec from birth. Signals are neither blocked nor handled
 *   (but SIGPIPE in the thread of kin_send_file()); a write to a closed stream gives -EPIPE, never
 *   SIGPIPE.
 * - An object belongs to one thread at a time and has no lock; different objects are independent.
 *   The registry of families, the audit hook and the defaults of new sockets (timeout, interrupt
 *   hook) are global and thread-safe.
 * - NULL where nothing says that it may be given is refused: -EINVAL, NULL from what returns a
 *   pointer, false or 0 from what returns a bool or a count. A buffer of no bytes may be NULL.
 */
#ifndef KIN_KIN_H
#define KIN_KIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef KIN_API
#define KIN_API __attribute__((visibility("default")))
#endif

struct kin_family; /* a socket family: <kin/family.h> */
struct kin_proto;  /* one row of its protocols: a scheme with socket type and protocol */
struct kin_opt;    /* one row of its socket options */
struct kin_sock;
struct kin_endpoint;
struct kin_batch;
struct kin_format;
struct kin_reader;
struct kin_generator;
struct kin_pattern;
struct kin_stream;
struct kin_share;

/** The version of the library that runs, such as "0.1.0". */
KIN_API const char *kin_version(void);

/* ---- Errors ------------------------------------------------------------------------------- */

/** Where the code of a failure comes from. */
enum kin_errdomain {
	KIN_ERR_ERRNO,    /* errno(3) */
	KIN_ERR_RESOLVER, /* EAI_*, getaddrinfo(3); the call returned -EREMOTEIO */
	KIN_ERR_HOST,     /* h_errno, gethostbyname(3); the call returned -EREMOTEIO */
	KIN_ERR_DEADLINE, /* the socket's own timeout ran out; the call returned -ETIMEDOUT.
			   * A peer that does not answer TCP is ETIMEDOUT in KIN_ERR_ERRNO. */
};

/**
 * The calling thread's last failure in words, naming the value and where possible the way out:
 * "port 70000 is not in 0-65535". Never NULL. Valid until the thread's next failing call.
 */
KIN_API const char *kin_error_text(void);

/** Where kin_error_code() comes from. */
KIN_API enum kin_errdomain kin_error_domain(void);

/**
 * The code of the last failure in its own domain, 0 when there was none: a positive errno value,
 * or an EAI_* as <netdb.h> has it.
 */
KIN_API int kin_error_code(void);

/** Forget the last failure. */
KIN_API void kin_error_clear(void);

/* ---- Addresses ---------------------------------------------------------------------------- */

/**
 * The address of one socket, as the kernel takes it. A plain value: copy it, compare it with
 * kin_addr_equal(), build it with the typed constructors of <kin/FAMILY.h>.
 */
struct kin_addr {
	socklen_t len; /* bytes used of ss; 0: no address */
	union {
		struct sockaddr sa;
		struct sockaddr_storage ss;
	};
};

/** Room that the text of any address fits in, NUL included. */
#define KIN_ADDR_TEXT 512

/**
 * Parse "scheme:body[,option=value]...", without looking up any name outside this machine.
 * "sockaddr:DOMAIN:HEX" gives the bytes as they are, for a family that nobody knows.
 * @return 0; -EINVAL: malformed; -ENAMETOOLONG; -EAFNOSUPPORT: no such scheme; -ENODEV: no such
 *         interface; -EDESTADDRREQ: the text needs a name look-up (use an endpoint)
 */
KIN_API int kin_addr_parse(const char *text, struct kin_addr *ret_addr);

/**
 * The canonical text of an address: parsing it gives the same bytes.
 * @param type, protocol  the socket's, which tell "tcp:" from "udp:"; 0, 0: the family's first row
 * @return the length of the text, which was cut when that is size or more (as snprintf(3) does)
 */
KIN_API ssize_t kin_addr_format(const struct kin_addr *addr, int type, int protocol, char *buf,
				size_t size);

/** Do both name the same place? Padding and unused fields do not count. */
KIN_API bool kin_addr_equal(const struct kin_addr *a, const struct kin_addr *b);

/** The index of the network interface that an address names, 0: none. */
KIN_API int kin_addr_ifindex(const struct kin_addr *addr);

/**
 * A parsed address text: scheme, addresses and options, checked and ready to be opened.
 * Names of hosts or services are looked up when it is opened, each time anew.
 */
KIN_API int kin_endpoint_parse(const char *text, struct kin_endpoint **ret_endpoint);

/** An endpoint without text: scheme ("tcp", "can", ...) and address; options may follow. */
KIN_API int kin_endpoint_new(const char *scheme, const struct kin_addr *addr,
			     struct kin_endpoint **ret_endpoint);

/** Add one option as ",name=value" in the text would. @return 0; -EINVAL: the record says why. */
KIN_API int kin_endpoint_set(struct kin_endpoint *endpoint, const char *name, const char *value);

/** Sockets that were opened from it stay. */
KIN_API void kin_endpoint_free(struct kin_endpoint *endpoint);

/** The canonical text. @return as kin_addr_format() */
KIN_API ssize_t kin_endpoint_format(const struct kin_endpoint *endpoint, char *buf, size_t size);

/** The family and the protocol that the scheme stands for. */
KIN_API const struct kin_family *kin_endpoint_family(const struct kin_endpoint *endpoint);
KIN_API const struct kin_proto *kin_endpoint_proto(const struct kin_endpoint *endpoint);

/** The address that the body names; its len is 0 when a look-up is needed first. */
KIN_API const struct kin_addr *kin_endpoint_addr(const struct kin_endpoint *endpoint);

/** The body as written, unescaped. */
KIN_API const char *kin_endpoint_body(const struct kin_endpoint *endpoint);

/** The text of an option: a socket option's is canonical. NULL when it was not given. */
KIN_API const char *kin_endpoint_option(const struct kin_endpoint *endpoint, const char *name);

/* ---- Sockets ------------------------------------------------------------------------------ */

/** What an endpoint is opened for. On a bus (CAN, HCI, packet) all but KIN_NONE bind. */
enum kin_role {
	KIN_NONE,    /* create the socket and set its options, no more */
	KIN_RECEIVE, /* bind or join, to receive there; types with connections connect instead */
	KIN_SEND,    /* connect, so that what is sent goes there */
	KIN_CONNECT, /* connect, both ways */
	KIN_LISTEN,  /* bind, and listen where the type has connections */
};

/**
 * Open an address text: kin_endpoint_parse(), kin_open_endpoint().
 * @return 0; -EINVAL, -EAFNOSUPPORT, -ENODEV: the text; -EREMOTEIO: name look-up;
 *         else what socket(2), setsockopt(2), bind(2) or connect(2) said
 */
KIN_API int kin_open(const char *text, enum kin_role role, struct kin_sock **ret_sock);

/**
 * Open an endpoint, trying each of its addresses in order within one timeout: the option timeout=,
 * else the default one. Looking up a host's name is not bounded by it: getaddrinfo(3) can't be.
 */
KIN_API int kin_open_endpoint(const struct kin_endpoint *endpoint, enum kin_role role,
			      struct kin_sock **ret_sock);

/**
 * socket(2). SOCK_NONBLOCK and SOCK_CLOEXEC in type are honoured and not reported by
 * kin_sock_type(). The timeout of the new socket is the default one.
 */
KIN_API int kin_socket(int domain, int type, int protocol, struct kin_sock **ret_sock);

/** socketpair(2). */
KIN_API int kin_pair(int domain, int type, int protocol, struct kin_sock *ret_pair[2]);

/**
 * Take over an open socket; domain, type and protocol are asked of the kernel. The file
 * descriptor stays the caller's when this fails.
 * @return 0; -EINVAL: negative; -EBADF: not open; -ENOTSOCK: not a socket
 */
KIN_API int kin_adopt(int fd, struct kin_sock **ret_sock);

/**
 * The same, where what is given wins over what the kernel says.
 * @param domain, type, protocol  -1: ask the kernel. SOCK_NONBLOCK in type is honoured.
 */
KIN_API int kin_adopt_as(int fd, int domain, int type, int protocol, struct kin_sock **ret_sock);

/** Of a duplicate, which is close-on-exec: fd stays the caller's whatever is returned. */
KIN_API int kin_adopt_copy(int fd, int domain, int type, int protocol, struct kin_sock **ret_sock);

/**
 * A second socket for the same open file: close-on-exec, with the timeout and the interrupt hook
 * of the first. Whether a call waits belongs to the open file, so change the timeout of both.
 */
KIN_API int kin_dup(const struct kin_sock *sock, struct kin_sock **ret_sock);

/** Free the object and hand its open file descriptor to the caller. Its streams fail with -EBADF. */
KIN_API int kin_detach(struct kin_sock *sock);

/**
 * Close and free. Never retried after a signal: the descriptor is gone whatever is returned.
 * Streams over it keep the descriptor open until the last of them is closed.
 * @return 0; -EBADF: somebody else closed it; else what close(2) said (never -ECONNRESET)
 */
KIN_API int kin_close(struct kin_sock *sock);

/** The same for a descriptor that has no object. */
KIN_API int kin_close_fd(int fd);

/** The file descriptor, for poll(2) and friends; it stays the socket's. */
KIN_API int kin_fd(const struct kin_sock *sock);

/** The family and the row of its protocols, NULL for a socket that none of those known has. */
KIN_API const struct kin_family *kin_sock_family(const struct kin_sock *sock);
KIN_API const struct kin_proto *kin_sock_proto(const struct kin_sock *sock);

/** What socket(2) was called with: AF_*, SOCK_* without flags, the protocol's number. */
KIN_API int kin_sock_domain(const struct kin_sock *sock);
KIN_API int kin_sock_type(const struct kin_sock *sock);
KIN_API int kin_sock_protocol(const struct kin_sock *sock);

/**
 * Bytes of the longest message that the socket receives with the options that it has: the size for
 * kin_batch_new(). Of a stream 65536, which comes in any pieces.
 */
KIN_API size_t kin_sock_msg_max(const struct kin_sock *sock);

/**
 * Bytes of the longest message that the connection takes, as it was agreed with the peer, and of a
 * stream the most that one kin_send() does; 0: there is no such limit, or no connection.
 */
KIN_API size_t kin_sock_send_max(const struct kin_sock *sock);

/**
 * How long each later call may take in all, across partial sends and signals: below zero for
 * ever, zero not at all (-EAGAIN), above zero that many nanoseconds (-ETIMEDOUT, in
 * KIN_ERR_DEADLINE). The descriptor is non-blocking underneath unless the timeout is negative.
 */
KIN_API int kin_set_timeout(struct kin_sock *sock, int64_t timeout_ns);
KIN_API int64_t kin_timeout(const struct kin_sock *sock);

/** kin_set_timeout() with -1 (blocking) or 0; kin_blocking(): is the timeout another than 0? */
KIN_API int kin_set_blocking(struct kin_sock *sock, bool blocking);
KIN_API bool kin_blocking(const struct kin_sock *sock);

/** Does the descriptor outlive execve(2)? New ones do not. @return 0, 1, or negative */
KIN_API int kin_inheritable(const struct kin_sock *sock);
KIN_API int kin_set_inheritable(struct kin_sock *sock, bool inheritable);

/** The timeout that new and accepted sockets begin with; for ever (-1) at first. */
KIN_API void kin_set_default_timeout(int64_t timeout_ns);
KIN_API int64_t kin_default_timeout(void);

/**
 * Asked after each signal that interrupts a wait: true ends the call with -EINTR, false goes
 * on with the time that is left (what happens without a hook). NULL removes it.
 */
KIN_API void kin_set_interrupt(struct kin_sock *sock, bool (*stop)(void *data), void *data);

/**
 * The hook that new and accepted sockets begin with, none at first; so it can end kin_open() as
 * well, which then tries no further address. It is called on the thread that waits.
 */
KIN_API void kin_set_default_interrupt(bool (*stop)(void *data), void *data);

/** bind(2). @return 0; -EADDRINUSE, -EADDRNOTAVAIL, -EACCES, ... */
KIN_API int kin_bind(struct kin_sock *sock, const struct kin_addr *addr);

/**
 * connect(2), within the socket's timeout. A signal or the timeout does not lose the attempt: it
 * goes on in the kernel, as POSIX says.
 * @return 0; -EINPROGRESS: the timeout is zero; -ETIMEDOUT, -ECONNREFUSED, ...
 */
KIN_API int kin_connect(struct kin_sock *sock, const struct kin_addr *addr);

/**
 * listen(2).
 * @param backlog  connections that wait to be accepted; below zero, or above it: the kernel's
 *                 limit, net.core.somaxconn (4096 since Linux 5.4)
 */
KIN_API int kin_listen(struct kin_sock *sock, int backlog);

/**
 * accept4(2), within the listener's timeout.
 * @param ret_sock  close-on-exec and with the default timeout, whatever the listener has
 * @param ret_addr  the peer's address, or NULL
 */
KIN_API int kin_accept(struct kin_sock *sock, struct kin_sock **ret_sock,
		       struct kin_addr *ret_addr);

/**
 * Make a connection of what was accepted from a listener that leaves the decision to its program
 * (Bluetooth's defer-setup=on), within the socket's timeout: the peer waits until then. Who closes
 * it instead refuses it. Of any other connection nothing is to be confirmed.
 * @return 0; -EAGAIN: the timeout is zero, and it is being made; -ETIMEDOUT; else why the peer went
 */
KIN_API int kin_confirm(struct kin_sock *sock);

/** shutdown(2). @param how  SHUT_RD, SHUT_WR or SHUT_RDWR */
KIN_API int kin_shutdown(struct kin_sock *sock, int how);

/**
 * ioctl(2). @param arg  what request says: an address, a number as a pointer, or NULL
 * @return what ioctl(2) gave, mostly 0; -ENOTTY: not a request of this kind of socket
 */
KIN_API int kin_ioctl(struct kin_sock *sock, unsigned long request, void *arg);

/**
 * getsockname(2) and getpeername(2). Of a socket that the kernel tells nothing of (HCI's monitor) the local
 * address is what kin_bind() was given.
 */
KIN_API int kin_local_addr(const struct kin_sock *sock, struct kin_addr *ret_addr);
KIN_API int kin_peer_addr(const struct kin_sock *sock, struct kin_addr *ret_addr);

/**
 * Wait until the socket is ready, within its timeout.
 * @param events  POLLIN, POLLOUT, ... of poll(2)
 * @return the events that are there; -EAGAIN or -ETIMEDOUT: none in time; -EINTR: the hook said so
 */
KIN_API int kin_wait(struct kin_sock *sock, short events);

/* ---- Messages ----------------------------------------------------------------------------- */

/**
 * One message.
 * @param flags  MSG_* of send(2)
 * @return bytes taken. A stream takes a part of what it has no room for, and so does J1939 (Linux
 *         5.4), of a socket that has a timeout: what is sent next is the rest of that message.
 */
KIN_API ssize_t kin_send(struct kin_sock *sock, const void *data, size_t len, int flags);

/** All of it, under one timeout. @return 0; on failure *ret_sent (may be NULL) says how far */
KIN_API int kin_send_all(struct kin_sock *sock, const void *data, size_t len, int flags,
			 size_t *ret_sent);

/** To an address instead of where the socket is connected to. @param addr  NULL: there */
KIN_API ssize_t kin_send_to(struct kin_sock *sock, const void *data, size_t len, int flags,
			    const struct kin_addr *addr);

/** One message or what a stream has. @return bytes, 0 at the end of a stream, or an empty message
 */
KIN_API ssize_t kin_recv(struct kin_sock *sock, void *data, size_t len, int flags);
KIN_API ssize_t kin_recv_from(struct kin_sock *sock, void *data, size_t len, int flags,
			      struct kin_addr *ret_addr);

/**
 * The first count bytes of a buffer, so that a count can't go beyond it.
 * @param count  0: size; above size: -EINVAL
 * @param ret_addr  the source, or NULL
 */
KIN_API ssize_t kin_recv_into(struct kin_sock *sock, void *buf, size_t size, size_t count,
			      int flags, struct kin_addr *ret_addr);

/** Whose clock a message's time is read from. */
enum kin_clock {
	KIN_CLOCK_NONE,     /* not stamped: see the option timestamps= */
	KIN_CLOCK_SOFTWARE, /* the kernel, CLOCK_REALTIME */
	KIN_CLOCK_HARDWARE, /* the device, with an epoch of its own */
};

/**
 * One message of a batch. Only the library makes these, so more fields may follow.
 * To send: fill data[0..len), len, addr (len 0: where the socket is connected to); set
 * control_len to 0 in a message that was received, unless its ancillary data shall go along.
 */
struct kin_msg {
	unsigned char *data; /* size bytes of room, aligned to 8 */
	size_t size;
	size_t len;           /* bytes received or to be sent */
	size_t full_len;      /* received: the message's own length, above len when it was cut
			       * (MSG_TRUNC); sent: the bytes taken: see kin_send() */
	struct kin_addr addr; /* source or destination; len 0: none */
	int64_t time_ns;      /* when it arrived, since clock's epoch */
	enum kin_clock clock;
	uint32_t drops; /* messages the kernel dropped on this socket so far, modulo 2^32;
			 * needs the option drops=on (SO_RXQ_OVFL, Linux 2.6.33) */
	unsigned flags; /* MSG_* that came with it: MSG_TRUNC, MSG_ERRQUEUE, ... */
	void *control;  /* ancillary data: kin_next_cmsg(), kin_add_cmsg() */
	size_t control_len;
	size_t control_size;
	size_t fds_len; /* the library's: how much of control was received, if that holds file
			 * descriptors */
};

/**
 * Room for count messages of up to size bytes, in one allocation; nothing is allocated later.
 * @param control_size  bytes of ancillary data per message; 0: enough for time stamp, drop
 *                      counter and packet information (256)
 */
KIN_API int kin_batch_new(unsigned count, size_t size, size_t control_size,
			  struct kin_batch **ret_batch);

/** Closes the file descriptors in it that nobody took. */
KIN_API void kin_batch_free(struct kin_batch *batch);
KIN_API unsigned kin_batch_capacity(const struct kin_batch *batch);

/** Message i, with 0 <= i < capacity. They are an array: the next one is behind it. */
KIN_API struct kin_msg *kin_batch_msg(struct kin_batch *batch, unsigned i);

/**
 * Receive up to the batch's capacity in one system call (recvmmsg(2)): waits for the first
 * message, takes those that are there. Closes the descriptors left from the round before.
 * @return messages received, 0 at the end of a stream; -ENETDOWN, -ENODEV: the interface is
 *         down or gone
 */
KIN_API int kin_recv_batch(struct kin_sock *sock, struct kin_batch *batch, int flags);

/**
 * Send messages first .. first + count - 1 in one system call (sendmmsg(2)).
 * @return messages sent, at least 1, of which the last may have been taken in part (full_len): then
 *         its rest has to come next; -ENOBUFS: the interface's queue is full, try again later
 */
KIN_API int kin_send_batch(struct kin_sock *sock, struct kin_batch *batch, unsigned first,
			   unsigned count, int flags);

/**
 * sendmsg(2): one message from up to 1024 pieces.
 * @param msg  its addr (len 0: where the socket is connected to) and ancillary data go along, its
 *             data do not; NULL: neither
 * @return bytes taken, which a stream may cut; -EMSGSIZE: too many pieces
 */
KIN_API ssize_t kin_send_msg(struct kin_sock *sock, const struct iovec *iov, size_t n,
			     const struct kin_msg *msg, int flags);

/**
 * recvmsg(2): one message, or what a stream has, into up to 1024 pieces.
 * @param batch  message 0 gets all but the bytes, which are in iov: addr, flags, full_len, time,
 *               drops, ancillary data; its len is 0. Closes the descriptors left from the round
 *               before. NULL: none of that is wanted, and descriptors that come are closed.
 * @return bytes, 0 at the end of a stream, or an empty message; a message that was cut gives what
 *         there is room for, with MSG_TRUNC in flags its own length
 */
KIN_API ssize_t kin_recv_msg(struct kin_sock *sock, const struct iovec *iov, size_t n,
			     struct kin_batch *batch, int flags);

/** One item of ancillary data; data points into the message. */
struct kin_cmsg {
	int level, type;
	const void *data;
	size_t len;
};

/**
 * The next item: begin with a zeroed *cmsg. A header that was cut ends the list, data that was
 * cut is shortened (and the message has MSG_CTRUNC).
 * @return false at the end
 */
KIN_API bool kin_next_cmsg(const struct kin_msg *msg, struct kin_cmsg *cmsg);

/** Append an item. @return 0; -EMSGSIZE: no room, see kin_batch_new() */
KIN_API int kin_add_cmsg(struct kin_msg *msg, int level, int type, const void *data, size_t len);

/**
 * Take the file descriptors that came with a message: those that were passed (SCM_RIGHTS), and
 * behind them the sender's pidfd if that was asked for (SCM_PIDFD, Linux 6.5). They are
 * close-on-exec, and the caller's from now on. Those beyond max stay the batch's.
 * @return how many were written to fds
 */
KIN_API unsigned kin_take_fds(struct kin_batch *batch, struct kin_msg *msg, int fds[],
			      unsigned max);

/**
 * What an item with len bytes of data takes in control data: CMSG_LEN() without the padding behind
 * it, and CMSG_SPACE() with it, as kin_batch_new() counts. @return -EOVERFLOW: above INT_MAX
 */
KIN_API ssize_t kin_cmsg_len(size_t len);
KIN_API ssize_t kin_cmsg_space(size_t len);

/* ---- Files and streams -------------------------------------------------------------------- */

/**
 * Send a file over a SOCK_STREAM that may wait: a regular file by sendfile(2), a pipe by splice(2),
 * anything else, and where the kernel refuses these, by reading and sending. The socket's timeout
 * is one for all of it, waiting for the file included. A file with positions is read from offset,
 * wherever its position is, and when something was sent the position is left behind that, after a
 * failure too. Of a file without positions that is no pipe (a terminal, another socket) a failure
 * loses up to 64 KiB that were read and not sent; its words then say how many bytes.
 * @param offset    above or equal to 0; 0 for a file without positions
 * @param count     bytes, above 0; -1: to the end of the file
 * @param ret_sent  bytes sent, on failure too; or NULL
 * @return 0, also when the file ends before count; -EINVAL: an argument, another type of socket or
 *         a timeout of zero; -EBADF: fd is not open for reading; -ESPIPE: an offset in a file
 *         without positions; -ETIMEDOUT; else what sendfile(2), read(2) or send(2) said
 */
KIN_API int kin_send_file(struct kin_sock *sock, int fd, int64_t offset, int64_t count,
			  uint64_t *ret_sent);

/** Bytes of the longest line that kin_stream_read_line() gives in one piece when max is 0. */
#define KIN_STREAM_LINE_MAX (1 << 20)

/**
 * Buffered reading and writing over a socket (fdopen(3), Python's makefile()). The socket's
 * descriptor closes when the socket and all of its streams were closed, in any order. Each call
 * may take the socket's timeout in all. Socket and streams belong to one thread at a time, together.
 * @param mode  letters: r to read, w to write (neither: r), b for bytes; without b, text in strict
 *              UTF-8 (-EILSEQ)
 * @param buffering  -1: 32 KiB each way; 0: none, for bytes only: nothing is received that was not
 *                   asked for; 1: as -1, and text is sent when it has the end of a line; above 1:
 *                   that many bytes
 * @param newline  of text: NULL: "\r" and "\r\n" are read as "\n"; "": they end lines as "\n" does
 *                 and are kept; "\n", "\r", "\r\n": this alone ends a line, and "\n" is written as
 *                 it. Of bytes: NULL
 * @return 0; -EINVAL: an argument in the wrong, or the socket's timeout is zero
 */
KIN_API int kin_stream_new(struct kin_sock *sock, const char *mode, int buffering,
			   const char *newline, struct kin_stream **ret_stream);

/**
 * Read size bytes; fewer at the end, and where the socket was made non-blocking later. Of text,
 * whole characters: up to 3 bytes fewer. Without a buffer, what one recv(2) gives.
 * When a failure comes in the middle of a read of more than the buffer, what it got is lost.
 * A read that times out leaves the stream unusable for reading: from then on -EIO.
 * @param size  of text, at least 4
 * @return bytes, 0 at the end; -EAGAIN: non-blocking, and nothing is there; -ETIMEDOUT; -EIO;
 *         -EBADF: not for reading, or the socket was detached; -EILSEQ: not UTF-8 (what is before
 *         it was given first), with its offset in the stream; else what recv(2) said
 */
KIN_API ssize_t kin_stream_read(struct kin_stream *stream, void *data, size_t size);

/** What is in the buffer, or else what one recv(2) gives. @return as kin_stream_read() */
KIN_API ssize_t kin_stream_read_some(struct kin_stream *stream, void *data, size_t size);

/**
 * Read a line, its end included; the last one may have none. After a failure what was received
 * of it is still there to be read.
 * @param max  bytes at most, of text at least 4: the rest of a longer line is the next one;
 *             0: KIN_STREAM_LINE_MAX
 * @param ret_line  the line and a NUL behind it, until the next call for this stream
 * @return its length without that NUL, 0 at the end; else as kin_stream_read()
 */
KIN_API ssize_t kin_stream_read_line(struct kin_stream *stream, size_t max, const char **ret_line);

/**
 * Read to the end. After a failure what was received is still there to be read.
 * @param max  bytes at most; 0: no limit but the memory
 * @param ret_data  all of it and a NUL behind it, to be given to free(3)
 * @return its length without that NUL; -EMSGSIZE: above max; else as kin_stream_read()
 */
KIN_API ssize_t kin_stream_read_all(struct kin_stream *stream, size_t max, char **ret_data);

/**
 * Write all of data, to be sent when the buffer is full, flushed or closed. Reading does not flush.
 * @param data  of text, whole characters
 * @param ret_taken  bytes of data that were sent or are in the buffer, on failure too; or NULL
 * @return 0; -EBADF: not for writing, or the socket was detached; -EILSEQ: not UTF-8, nothing was
 *         taken; -ETIMEDOUT; else what send(2) said
 */
KIN_API int kin_stream_write(struct kin_stream *stream, const void *data, size_t len,
			     size_t *ret_taken);

/** Write as printf(3) does. @return as kin_stream_write() */
KIN_API int kin_stream_printf(struct kin_stream *stream, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));

/** Send what is in the buffer; what could not be sent stays there. @return as kin_stream_write() */
KIN_API int kin_stream_flush(struct kin_stream *stream);

/**
 * Flush and free, whatever is returned; the last user of a socket that was closed closes its
 * descriptor. @return 0; else what flushing said, or kin_close()
 */
KIN_API int kin_stream_close(struct kin_stream *stream);

/* ---- Sharing ------------------------------------------------------------------------------ */

/**
 * Offer a socket to another process, which gets it with kin_from_share() from a text that any way
 * between the two may carry. The share has a duplicate: the socket may be closed at once. The
 * share must live until the other has the socket; kin_share_serve() waits for that.
 * Needs Linux 4.6.
 * @param pid  the other process, in this one's PID namespace
 * @return 0; -EINVAL: not above 0; -ESRCH: there is no such process; else what a system call said
 */
KIN_API int kin_share_new(const struct kin_sock *sock, pid_t pid, struct kin_share **ret_share);

/** The text: 7-bit characters without spaces, at most 63. */
KIN_API const char *kin_share_text(const struct kin_share *share);

/** For poll(2): readable when kin_share_serve() has something to do. It stays the share's. */
KIN_API int kin_share_fd(const struct kin_share *share);

/**
 * Wait until the other process has the socket, and hand it over if it must ask for it: see
 * kin_from_share(). Any other process that asks is refused. Of another network namespace, or
 * from a process that may make no socket of its own, it can't be heard that it has the socket.
 * @param timeout_ns  below zero: for ever; zero: not at all (-EAGAIN); else -ETIMEDOUT
 * @return 0; -ESRCH: the other process has ended (noticed since Linux 5.3); -EINTR: see
 *         kin_set_default_interrupt()
 */
KIN_API int kin_share_serve(struct kin_share *share, int64_t timeout_ns);

/** Withdraw it. Who has the socket keeps it. */
KIN_API void kin_share_free(struct kin_share *share);

/**
 * The socket that another process shares with this one: taken out of it by pidfd_getfd(2) (Linux
 * 5.6) where this process may look into the other one as ptrace(2) would, else asked for, over an
 * abstract UNIX socket in the same network namespace: that takes a kin_share_serve() on the other
 * side within the default timeout. It is close-on-exec and has the default timeout; the open file
 * is the same for both processes, and so is whether its calls wait. Take texts from those only who
 * may choose any socket of any process that this one may look into.
 * @return 0; -EINVAL: not such a text; -ESRCH: the other process has ended; -ECONNREFUSED,
 *         -ECONNRESET: the share was freed; -EPERM: it is for another process; -EBADF: another
 *         socket came than the text says; -ETIMEDOUT: nobody serves it
 */
KIN_API int kin_from_share(const char *text, struct kin_sock **ret_sock);

/* ---- Options ------------------------------------------------------------------------------ */

/** setsockopt(2) and getsockopt(2). @param value  NULL with a length is passed on as it is */
KIN_API int kin_setsockopt(struct kin_sock *sock, int level, int name, const void *value,
			   socklen_t len);
KIN_API int kin_getsockopt(const struct kin_sock *sock, int level, int name, void *value,
			   socklen_t *len);

/** Of an option that is an int; what the kernel answers in fewer bytes is widened. */
KIN_API int kin_setsockopt_int(struct kin_sock *sock, int level, int name, int value);
KIN_API int kin_getsockopt_int(const struct kin_sock *sock, int level, int name, int *ret_value);

/**
 * By name and text, as in an address: ("rcvbuf", "1048576"), ("filter", "123:7FF").
 * Names and their meaning: `kin opt ADDRESS`, <kin/family.h>.
 * @return 0; -ENOENT: no such option; -EINVAL: not a value of its type; else setsockopt(2)'s
 */
KIN_API int kin_opt_set(struct kin_sock *sock, const char *name, const char *value);

/** @return the length of the text, which was cut when that is size or more */
KIN_API ssize_t kin_opt_get(struct kin_sock *sock, const char *name, char *buf, size_t size);

/** Option i of those that the socket or endpoint scheme has, the core's first; NULL at the end. */
KIN_API const struct kin_opt *kin_opt_at(const struct kin_family *family,
					 const struct kin_proto *proto, unsigned i);

/* ---- Messages as text --------------------------------------------------------------------- */

/** How times are written; the letters are candump's. */
enum kin_time_style {
	KIN_TIME_NONE,
	KIN_TIME_ABSOLUTE, /* a: (1700000000.123456) */
	KIN_TIME_DATE,     /* A: (2023-11-14 22:13:20.123456) */
	KIN_TIME_DELTA,    /* d: since the message before */
	KIN_TIME_ZERO,     /* z: since the first message */
};

/**
 * A formatter for one capture, possibly over several sockets. It keeps what lines share: the
 * first time, column widths, names of interfaces.
 * @param style  "text", "json", "hex", or one of the family's own, and details after commas:
 *               "text,ascii"
 * @return 0; -EINVAL: no such style or detail; the record lists those there are
 */
KIN_API int kin_format_new(const struct kin_family *family, const char *style,
			   struct kin_format **ret_format);
KIN_API void kin_format_free(struct kin_format *format);

/** @param nanoseconds  nine digits instead of six */
KIN_API void kin_format_set_time(struct kin_format *format, enum kin_time_style style,
				 bool nanoseconds);

/**
 * Say that messages of sock will be formatted: columns are then wide enough from the first line.
 * May be left out.
 * @return 0; -EINVAL: messages of its scheme are not written in this style
 */
KIN_API int kin_format_add(struct kin_format *format, struct kin_sock *sock);

/** What the style has before the first message and behind the last; mostly nothing. */
KIN_API ssize_t kin_format_begin(struct kin_format *format, char *buf, size_t size);
KIN_API ssize_t kin_format_end(struct kin_format *format, char *buf, size_t size);

/**
 * One or more lines for a message that was received on sock (needed), each ended by a newline.
 * @return the length of the text, which was cut when that is size or more
 */
KIN_API ssize_t kin_format_msg(struct kin_format *format, struct kin_sock *sock,
			       const struct kin_msg *msg, char *buf, size_t size);

/**
 * Read a message in the family's notation ("123#DEADBEEF" for can), or "hex:0011", "text:...".
 * Strict: what can't be represented exactly is refused with its position and the reason.
 * @return 0; -EINVAL; -EMSGSIZE: longer than msg->size
 */
KIN_API int kin_msg_parse(const struct kin_family *family, const struct kin_proto *proto,
			  const char *text, struct kin_msg *msg);

/* ---- Recordings --------------------------------------------------------------------------- */

/** What a record of a recording tells. */
enum kin_record_kind {
	KIN_RECORD_MESSAGE = 1, /* a message that somebody sent */
	KIN_RECORD_EVENT,       /* one that the kernel made to tell what happened, as an error frame
				 * of CAN does: nobody sent it */
	KIN_RECORD_REMARK,      /* words about the recording: candump's DROPCOUNT, a comment */
};

/** Which way a message went, where the recording tells. */
enum kin_direction {
	KIN_DIRECTION_UNKNOWN,
	KIN_DIRECTION_RECEIVED,
	KIN_DIRECTION_SENT, /* by the host that recorded it */
};

/** One record. Only the library makes these, so more fields may follow. */
struct kin_record {
	enum kin_record_kind kind;
	enum kin_direction direction;
	const struct kin_family *family; /* of the message */
	const struct kin_proto *proto;
	struct kin_msg *msg;        /* data, len, full_len, time_ns, clock (KIN_CLOCK_NONE: the
				     * recording has no time); the rest is unset */
	char source[KIN_ADDR_TEXT]; /* the address that it came from, as a text that need not
				     * mean anything here: "can:can0"; empty: not recorded */
	const char *remark;         /* of KIN_RECORD_REMARK, else "" */
	const char *text;           /* its line, without the end; of a binary format "" */
	uint64_t place;             /* its line, from 1; of a binary format its first byte, from 0 */
};

/**
 * Read messages back that were written by kin_format_msg(), by kin dump, or by the programs whose
 * formats these are. Memory is 2.1 MB, whatever the length of the recording.
 * @param family  whose formats; NULL: everybody's
 * @param style   as of kin_format_new(), without details; NULL: the one that reads the first message
 * @return 0; -EINVAL: messages in that style can't be read back; the record lists those that can
 */
KIN_API int kin_reader_new(const struct kin_family *family, const char *style,
			   struct kin_reader **ret_reader);
KIN_API void kin_reader_free(struct kin_reader *reader);

/**
 * Hand over the next bytes of the recording, in pieces of any size.
 * @param len  0: there are no more
 * @return how many were taken, which are fewer when records wait to be fetched;
 *         -EINVAL: its end was told before
 */
KIN_API ssize_t kin_reader_feed(struct kin_reader *reader, const void *data, size_t len);

/**
 * The next record. Strict: what can't be read exactly is refused, with its line or byte and the
 * reason; the next call goes on behind it.
 * @param ret_record  the reader's, until the next call
 * @return 1; 0: it needs more bytes, or all were read; -EBADMSG: malformed; -EINVAL: the format
 *         is none that can be read
 */
KIN_API int kin_reader_next(struct kin_reader *reader, const struct kin_record **ret_record);

/** The style that it reads, "candump"; NULL: not known yet. */
KIN_API const char *kin_reader_style(const struct kin_reader *reader);

/* ---- Generated messages ------------------------------------------------------------------- */

/**
 * What makes messages for load: each field of a message (of a family without fields of its own "len"
 * and "data") is random, counts, or is what was said. Message and seed alone decide, so that a run
 * can be repeated.
 */
KIN_API int kin_generator_new(const struct kin_family *family, const struct kin_proto *proto,
			      uint64_t seed, struct kin_generator **ret_generator);
KIN_API void kin_generator_free(struct kin_generator *generator);

/**
 * Say what a field is.
 * @param field  "id", "len", "data", ...: `kin help SCHEME` lists them
 * @param value  "random"; "inc", which counts from the least value on, one up each message, and begins
 *               again behind the greatest; "even", "odd": random with that last bit; or a value, whose hex
 *               digits may be 'x' for random ones
 * @return 0; -ENOENT: no such field; -EINVAL: not a value of it
 */
KIN_API int kin_generator_set(struct kin_generator *generator, const char *field,
			      const char *value);

/**
 * Say all fields that were not set: "random", which new generators begin with; "counting": the
 * message's number; "mixed": random kinds of messages as well. @return 0; -EINVAL: none of these
 */
KIN_API int kin_generator_set_content(struct kin_generator *generator, const char *content);

/**
 * Make a message: data and len of msg.
 * @param number  of the message in the run
 * @return 0; -EINVAL: the fields that were set contradict each other; -EMSGSIZE: longer than
 *         msg->size
 */
KIN_API int kin_generator_next(struct kin_generator *generator, uint64_t number,
			       struct kin_msg *msg);

/**
 * Which messages are meant, in the family's notation ("123:7FF", "123#11xx" for can), or for every
 * family "hex:00x1" (the message begins with these bytes, x is any digit) or "text:words" (they are
 * in it).
 * @param proto  of the messages; NULL with family NULL
 * @return 0; -EINVAL; -EMSGSIZE: too long
 */
KIN_API int kin_pattern_new(const struct kin_family *family, const struct kin_proto *proto,
			    const char *text, struct kin_pattern **ret_pattern);

/** Is this message meant? */
KIN_API bool kin_pattern_match(const struct kin_pattern *pattern, const struct kin_msg *msg);
KIN_API void kin_pattern_free(struct kin_pattern *pattern);

/* ---- Constants ---------------------------------------------------------------------------- */

/** A named constant of the kernel's or the C library's headers. */
struct kin_const {
	const char *name; /* "CAN_RAW" */
	int64_t value;
	const char *header; /* "linux/can.h" */
};

/** By its exact name. @return NULL when nobody knows it */
KIN_API const struct kin_const *kin_const_find(const char *name);

/** A name that documents of sockets have, and Linux has no value for. */
struct kin_const_elsewhere {
	const char *name;    /* "SIO_RCVALL" */
	const char *system;  /* where it has one: "Windows" */
	const char *instead; /* what serves on Linux, or NULL */
};

/** By its exact name. @return NULL when nobody knows it, or when kin_const_find() does */
KIN_API const struct kin_const_elsewhere *kin_const_elsewhere(const char *name);

/** Name i over all families; NULL at the end. */
KIN_API const struct kin_const_elsewhere *kin_const_elsewhere_at(unsigned i);

/** Constant i over the core and all families; NULL at the end. @param ret_family  NULL: the core */
KIN_API const struct kin_const *kin_const_at(unsigned i, const struct kin_family **ret_family);

/* ---- Families ----------------------------------------------------------------------------- */

/**
 * Family i: the built-in ones, then those registered by the program, then loadable ones from
 * the plugin folder and from the folders in KIN_PLUGIN_PATH (colons between them; ignored in a
 * setuid process). NULL at the end.
 */
KIN_API const struct kin_family *kin_family_at(unsigned i);
KIN_API const struct kin_family *kin_family_by_name(const char *name);
KIN_API const struct kin_family *kin_family_by_domain(int domain);

/**
 * Make a family of the program's own known; it must live as long as the process.
 * @return 0; -EPROTO: built for another ABI; -EEXIST: name or scheme is taken; -EINVAL: malformed
 */
KIN_API int kin_family_register(const struct kin_family *family);

/**
 * Load a family from a shared object.
 * @return as kin_family_register(); -ELIBACC: can't be loaded
 */
KIN_API int kin_plugin_load(const char *path);

/** Why object i in the plugin folders could not be loaded, in words; NULL at the end. */
KIN_API const char *kin_plugin_refused_at(unsigned i);

/** Does a protocol work here? */
enum kin_status {
	KIN_WORKS,
	KIN_MISSING, /* this kernel lacks it */
	KIN_DENIED,  /* the kernel has it, this process may not: capability or seccomp filter */
	KIN_BROKEN,  /* there, but does not work for another reason */
};

/** What kin_probe() found. Set struct_size to sizeof(struct kin_probe) before the call. */
struct kin_probe {
	size_t struct_size;
	enum kin_status status;
	int error;            /* the errno value, positive; 0 when it works */
	bool mend_is_command; /* mend can be typed in a shell */
	char reason[192];     /* why not: module, Kconfig symbol, capability, filter, removal */
	char mend[128];       /* the way out, or empty */
};

/** Open a socket of this protocol and close it again; say why when that fails. */
KIN_API int kin_probe(const struct kin_family *family, const struct kin_proto *proto,
		      struct kin_probe *probe);

/* ---- This machine ------------------------------------------------------------------------- */

/** The name of this machine. @return its length; it was cut when that is size or more */
KIN_API ssize_t kin_hostname(char *buf, size_t size);

/** sethostname(2). @return 0; -ENAMETOOLONG: above 64 bytes; -EPERM: needs CAP_SYS_ADMIN */
KIN_API int kin_set_hostname(const char *name);

/** A network interface. */
struct kin_if {
	unsigned index;
	char name[16];
};

/** All of them in this network namespace. @return how many; *ret_list is freed by free(3) */
KIN_API int kin_if_list(struct kin_if **ret_list);

/** @return the index, above 0; -ENODEV: no such interface; -ENAMETOOLONG: above 15 bytes */
KIN_API int kin_if_index(const char *name);

/** @return the length of the name, which was cut when that is size or more; -ENODEV */
KIN_API ssize_t kin_if_name(unsigned index, char *buf, size_t size);

/**
 * Between the machine's byte order and the network's, of 16 and of 32 bits.
 * @return the number; -EINVAL: not in 0-65535, or in 0-4294967295
 */
KIN_API int kin_htons(int64_t value);
KIN_API int kin_ntohs(int64_t value);
KIN_API int64_t kin_htonl(int64_t value);
KIN_API int64_t kin_ntohl(int64_t value);

/* ---- Audit -------------------------------------------------------------------------------- */

/** What is about to happen. */
enum kin_audit_event {
	KIN_AUDIT_OPEN,            /* socket(2): domain, type, protocol */
	KIN_AUDIT_BIND,            /* sock, addr */
	KIN_AUDIT_CONNECT,         /* sock, addr */
	KIN_AUDIT_SEND_TO,         /* sock, addr (never for a message without one) */
	KIN_AUDIT_LOOKUP,          /* name and service, as they go to the resolver */
	KIN_AUDIT_SEND_MSG,        /* sock, addr or NULL: kin_send_msg() */
	KIN_AUDIT_NAME_INFO,       /* addr, whose name is looked up */
	KIN_AUDIT_HOST_BY_NAME,    /* name */
	KIN_AUDIT_HOST_BY_ADDR,    /* name: the address as text */
	KIN_AUDIT_SERVICE_BY_NAME, /* service; name: the protocol, or NULL */
	KIN_AUDIT_SERVICE_BY_PORT, /* service: the port as text; name: the protocol, or NULL */
	KIN_AUDIT_HOSTNAME,        /* asking for this machine's name */
	KIN_AUDIT_SET_HOSTNAME,    /* name: the new one */
};

struct kin_audit {
	enum kin_audit_event event;
	const struct kin_sock *sock;
	const struct kin_addr *addr;
	int domain, type, protocol;
	const char *name, *service;
};

/** @return 0 to let it happen, else a negative errno value that the refused call returns */
typedef int (*kin_audit_fn)(const struct kin_audit *what, void *data);

/**
 * Ask fn before each event, on the thread that causes it. NULL removes it. Another thread that
 * was about to ask the hook before may still do so, or be in it, when this returns.
 */
KIN_API void kin_set_audit_hook(kin_audit_fn fn, void *data);

/** "open", "bind", "connect", "send-to", "look-up", "send-msg", ... */
KIN_API const char *kin_audit_event_name(enum kin_audit_event event);

/* ---- Cleanup ------------------------------------------------------------------------------ */

/** For __attribute__((cleanup(...))): struct kin_sock *s KIN_CLEANUP(kin_close) = NULL; */
#define KIN_CLEANUP(destructor) __attribute__((cleanup(destructor##_cleanup)))

static inline void kin_close_cleanup(struct kin_sock **sock)
{
	kin_close(*sock);
}
static inline void kin_endpoint_free_cleanup(struct kin_endpoint **e)
{
	kin_endpoint_free(*e);
}
static inline void kin_batch_free_cleanup(struct kin_batch **batch)
{
	kin_batch_free(*batch);
}
static inline void kin_format_free_cleanup(struct kin_format **format)
{
	kin_format_free(*format);
}
static inline void kin_reader_free_cleanup(struct kin_reader **reader)
{
	kin_reader_free(*reader);
}
static inline void kin_generator_free_cleanup(struct kin_generator **generator)
{
	kin_generator_free(*generator);
}
static inline void kin_pattern_free_cleanup(struct kin_pattern **pattern)
{
	kin_pattern_free(*pattern);
}
static inline void kin_stream_close_cleanup(struct kin_stream **stream)
{
	kin_stream_close(*stream);
}
static inline void kin_share_free_cleanup(struct kin_share **share)
{
	kin_share_free(*share);
}

#ifdef __cplusplus
}
#endif

#endif
