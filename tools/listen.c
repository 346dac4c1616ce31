/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connect.h"
#include "peers.h"
#include "relay.h"

/* Connections served at once with --keep, unless said otherwise; the rest wait in the kernel. */
#define MAX_CHILDREN 256
/* Before another try, when the machine is short of descriptors, processes or memory. */
#define PAUSE_US 100000

struct server {
	const char *address, *exec, *to;
	struct kin_sock *sock;
	bool connections; /* else messages, each of which is served on its own */
	bool keep, verbose, only_from, only_to;
	int stop, child_ended; /* descriptors that become readable */
	int64_t timeout_ns;    /* of waiting for somebody; below zero: none */
	bool anybody;          /* came */
	pid_t *children;
	int64_t n_children, max_children;
	struct connect connect; /* to TO-ADDRESS */
	struct relay relay;     /* with its options */
};

/* A connection, or a message, and where it came from. */
struct connection {
	struct kin_sock *sock;
	struct message *message; /* NULL: a connection */
	char peer[KIN_ADDR_TEXT];
};

/* Connect to the second address. A signal ends that, for nothing has been passed on yet. */
static int open_to(const struct server *server, struct relay_side *side)
{
	int status;

	stop_at_once(true);
	status = connect_open(&server->connect, server->to, KIN_CONNECT, &side->sock);
	stop_at_once(false);
	side->name = server->to;
	return status;
}

/* Only now, when there is somebody to serve it: whose listener defers it is refused by closing. */
static int confirm(const struct connection *connection)
{
	int r = kin_confirm(connection->sock);

	return r < 0 ? complain_of(connection->peer, r) : 0;
}

static int serve(const struct server *server, struct connection *connection)
{
	struct relay relay = server->relay;
	struct relay_side peer = {.name = connection->peer}, other = relay_stdio();
	int status = 0;

	if (connection->message)
		return message_answer(connection->message, server->sock, server->exec,
				      connection->peer);
	if (server->to)
		status = open_to(server, &other);
	if (status == 0)
		status = confirm(connection);
	if (status == 0 && server->exec) {
		struct kin_sock *sock = connection->sock;

		connection->sock = NULL;
		return exec_over(server->exec, sock, connection->peer);
	}
	if (status) {
		kin_close(other.sock);
		return status;
	}
	peer.sock = connection->sock;
	relay.a = server->only_to ? other : peer;
	relay.b = server->only_to ? peer : other;
	relay.one_way = server->only_to || server->only_from;
	relay.stop = server->stop;
	relay.progress.in_the_way = relay_uses_terminal(&relay);
	progress_begin(&relay.progress, connection->peer, server->only_to ? NULL : &relay.a_to_b,
		       server->only_from ? NULL
		       : server->only_to ? &relay.a_to_b
					 : &relay.b_to_a);
	status = relay_run(&relay);
	progress_end(&relay.progress);
	kin_close(other.sock);
	return status;
}

/*
 * Serve in a process of its own. It leads a group, so that what a command of --exec starts can
 * be ended together with it.
 */
static int serve_in_child(struct server *server, struct connection *connection)
{
	pid_t parent = getpid(), pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		complain("%s: no process for it: %s", connection->peer, strerror(errno));
		usleep(PAUSE_US);
		return STATUS_DONE;
	}
	if (pid > 0) {
		/* Both do it, because either may be the first to need it. */
		setpgid(pid, pid);
		server->children[server->n_children++] = pid;
		return STATUS_DONE;
	}
	setpgid(0, 0);
	/* Should we be killed, it is not left behind. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(STATUS_FAILED);
	if (server->connections)
		kin_close(server->sock);
	status = serve(server, connection);
	kin_close(connection->sock);
	_exit(status);
}

/* Is it something that ends when others give back what they have? */
static bool is_shortage(int err)
{
	return err == -EMFILE || err == -ENFILE || err == -ENOBUFS || err == -ENOMEM;
}

/* The next connection, or message. */
static int receive_one(const struct server *server, struct connection *connection)
{
	struct kin_addr addr = {0};
	int r;

	if (server->connections)
		r = kin_accept(server->sock, &connection->sock, &addr);
	else
		r = message_receive(server->sock, &connection->message, &addr);
	if (r >= 0)
		address_text_of(server->sock, &addr, connection->peer, sizeof(connection->peer));
	return r;
}

static int accept_one(struct server *server)
{
	struct connection connection = {0};
	int r = receive_one(server, &connection), status;

	/* The client may have gone again; the listener is as good as before. */
	if (r == -ECONNABORTED || r == -EAGAIN || r == -ETIMEDOUT)
		return STATUS_DONE;
	if (r < 0) {
		status = complain_of(server->address, r);
		if (!server->keep || !is_shortage(r))
			return status;
		usleep(PAUSE_US);
		return STATUS_DONE;
	}
	server->anybody = true;
	if (server->verbose && server->connections)
		remark("%s: connected to %s", connection.peer, server->address);
	else if (server->verbose)
		remark("%s: a message to %s", connection.peer, server->address);
	if (server->keep) {
		status = serve_in_child(server, &connection);
	} else {
		if (server->connections) {
			kin_close(server->sock);
			server->sock = NULL;
		}
		status = serve(server, &connection);
	}
	kin_close(connection.sock);
	message_free(connection.message);
	return status;
}

static void reap(struct server *server)
{
	struct signalfd_siginfo info;
	pid_t pid;

	while (read(server->child_ended, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (int64_t i = 0; i < server->n_children; i++)
			if (server->children[i] == pid)
				server->children[i] = server->children[--server->n_children];
}

/* Told of children that end by a descriptor, as of the signals that end us. */
static int child_fd(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* Whoever started us may have it ignored, and then no child is ever told of. */
	signal(SIGCHLD, SIG_DFL);
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* How long to wait for somebody; while somebody is served, that does not end. */
static const struct timespec *patience(const struct server *server, struct timespec *time)
{
	*time = (struct timespec){server->timeout_ns / 1000000000, server->timeout_ns % 1000000000};
	return server->timeout_ns < 0 || server->n_children > 0 ? NULL : time;
}

/* Accept until there is a reason to end. @return a STATUS_ */
static int accept_all(struct server *server)
{
	int status = STATUS_DONE;

	for (;;) {
		bool room = server->n_children < server->max_children;
		struct pollfd fds[] = {
			{.fd = server->stop, .events = POLLIN},
			{.fd = server->child_ended, .events = POLLIN},
			{.fd = room ? kin_fd(server->sock) : -1, .events = POLLIN},
		};
		struct timespec time;
		int n = ppoll(fds, 3, patience(server, &time), NULL);

		if (n == 0 && server->anybody)
			return STATUS_DONE;
		if (n == 0) {
			complain("%s: nobody came in time", server->address);
			return STATUS_FAILED;
		}
		if (n < 0)
			continue;
		if (fds[0].revents)
			return STATUS_DONE;
		if (fds[1].revents)
			reap(server);
		if (fds[2].revents)
			status = accept_one(server);
		if (fds[2].revents && (!server->keep || status != STATUS_DONE))
			return status;
	}
}

/* The first message to a socket without connections. @return a STATUS_ */
static int await_anybody(const struct server *server)
{
	struct pollfd fds[] = {
		{.fd = server->stop, .events = POLLIN},
		{.fd = kin_fd(server->sock), .events = POLLIN},
	};
	struct timespec time;

	if (ppoll(fds, 2, patience(server, &time), NULL) != 0)
		return STATUS_DONE;
	complain("%s: nobody came in time", server->address);
	return STATUS_FAILED;
}

/* What anybody sends to a socket without connections, to standard output. */
static int receive(struct server *server)
{
	struct relay relay = server->relay;
	int status;

	relay.a = (struct relay_side){.name = server->address, .sock = server->sock};
	relay.b = relay_stdio();
	relay.stop = server->stop;
	relay.one_way = true;
	relay.progress.in_the_way = relay_uses_terminal(&relay);
	progress_begin(&relay.progress, server->address, &relay.a_to_b, NULL);
	status = relay_run(&relay);
	progress_end(&relay.progress);
	return status;
}

/* Each sender gets a socket of its own to the second address. */
static int pass_on(struct server *server)
{
	struct peers peers = {
		.sock = server->sock,
		.address = server->address,
		.to = server->to,
		.connect = server->connect,
		.stop = server->stop,
		.verbose = server->verbose,
		.idle_ns = server->relay.idle_ns,
		.max = server->max_children,
	};

	return peers_run(&peers);
}

static int listen_and_serve(struct server *server)
{
	int r = kin_open(server->address, KIN_LISTEN, &server->sock), type, status;

	if (r < 0)
		return complain_of(server->address, r);
	type = kin_sock_type(server->sock);
	server->connections = type == SOCK_STREAM || type == SOCK_SEQPACKET;
	server->stop = stop_fd();
	/* poll(2) says that somebody is there, who may be gone again. */
	if (server->connections)
		kin_set_timeout(server->sock, 0);
	if (server->connections || server->exec) {
		server->child_ended = child_fd();
		status = accept_all(server);
	} else {
		status = await_anybody(server);
		if (status == STATUS_DONE)
			status = server->to ? pass_on(server) : receive(server);
	}
	kin_close(server->sock);
	for (int64_t i = 0; i < server->n_children; i++)
		kill(-server->children[i], SIGTERM);
	return status;
}

/* What the options say. @return 0, or STATUS_USAGE after a complaint */
static int server_options(const struct invocation *inv, struct server *server)
{
	const struct command *command = inv->command;

	if (server->exec && server->to)
		return misuse(command, "listen: --exec and %s exclude each other", server->to);
	if (inv_duration(inv, "timeout", &server->timeout_ns) ||
	    inv_int(inv, "max-children", 1, 1000000, &server->max_children) ||
	    connect_options(inv, &server->connect) || relay_options(inv, &server->relay))
		return STATUS_USAGE;
	if (server->only_from && server->only_to)
		return misuse(command, "listen: --one-way and --send-only leave no way");
	if (!server->keep)
		return 0;
	/* Many connections can't share one input, nor one line of the terminal. */
	if (server->only_to && !server->to)
		return misuse(command, "listen: connections of --keep are not sent the input");
	server->only_from |= !server->to;
	if (server->relay.progress.when == PROGRESS_AUTO)
		server->relay.progress.when = PROGRESS_NEVER;
	return 0;
}

static int run(const struct invocation *inv)
{
	struct server server = {
		.address = inv->args[0],
		.exec = inv_value(inv, "exec"),
		.to = inv->n_args > 1 ? inv->args[1] : NULL,
		.keep = inv_has(inv, "keep"),
		.verbose = inv_has(inv, "verbose"),
		.only_from = inv_has(inv, "one-way"),
		.only_to = inv_has(inv, "send-only"),
		.timeout_ns = -1,
		.max_children = MAX_CHILDREN,
	};
	int status = server_options(inv, &server);

	if (status)
		return status;
	kin_set_default_timeout(server.timeout_ns);
	server.children = calloc(server.max_children, sizeof(*server.children));
	status = server.children ? listen_and_serve(&server) : complain_of("memory", -ENOMEM);
	free(server.children);
	return status;
}

const struct command command_listen = {
	.name = "listen",
	.args = "ADDRESS [TO-ADDRESS]",
	.summary = "accept connections, and join them to something",
	.text = "Listens at the address and accepts one connection. What comes over it goes to "
		"standard output, and standard input goes back, with the ends of both passed on "
		"as kin cat does. With --exec a command takes their place, with TO-ADDRESS "
		"another address that is connected to.\n"
		"\n"
		"With --keep, connections are accepted until kin is interrupted, each served in a "
		"process of its own and as many at once as --max-children says, while the others "
		"wait for their turn; standard input is then not sent.\n"
		"\n"
		"Of an address without connections, such as UDP's, all messages go to standard "
		"output, until kin is interrupted. With --exec the command gets one message (with "
		"--keep each of them, in a process of its own) as its standard input, and what it "
		"writes goes back as the answer. With TO-ADDRESS each sender gets a socket of its "
		"own to that, and the answers; --max-children says how many senders are "
		"remembered, those that were silent the longest being forgotten first.\n"
		"\n"
		"The command of --exec is run by a shell, and finds the addresses of both ends in "
		"KIN_PEER and KIN_LOCAL.\n"
		"\n"
		"The file of a UNIX socket stays behind, unless its address says unlink=on.",
	.options =
		(const struct command_option[]){
			{"keep", 'k', NULL, "go on accepting connections"},
			{"max-children", 'm', "COUNT", "how many are served at once [256]"},
			{"exec", 'e', "COMMAND",
			 "run COMMAND in a shell, with the connection as standard input and "
			 "output"},
			{"one-way", 'u', NULL, "only from the connection"},
			{"send-only", 'U', NULL, "only to the connection"},
			{"timeout", 't', "DURATION",
			 "how long to wait for somebody, and to connect to TO-ADDRESS [for ever]"},
			CONNECT_OPTIONS,
			RELAY_OPTIONS,
			{"verbose", 'v', NULL, "tell of connections on standard error"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin listen tcp:127.0.0.1:5000 >file", "receive one file"},
			{"kin listen --keep --exec 'tr a-z A-Z' unix:/run/upper.sock",
			 "a server out of a filter"},
			{"kin listen --keep tcp:127.0.0.1:5001 unix:/run/a.sock",
			 "make a local socket reachable over TCP"},
			{"kin listen udp:127.0.0.1:5002 unix-dgram:/run/d.sock,local=",
			 "the same for datagrams and their answers"},
			{"kin listen --keep --exec 'date -f -' udp:127.0.0.1:5003",
			 "answer each datagram with what a command makes of it"},
			{"kin listen -v unix:/run/once.sock,unlink=on >file",
			 "receive one file, and leave no socket file behind"},
			{},
		},
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
