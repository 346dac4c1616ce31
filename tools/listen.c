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

#include "relay.h"

/* Connections served at once with --keep; the rest wait in the kernel's queue. */
#define MAX_CHILDREN 256
/* Before another try, when the machine is short of descriptors, processes or memory. */
#define PAUSE_US 100000

struct server {
	const char *address, *exec, *to;
	struct kin_sock *sock;
	bool keep, verbose;
	int stop, child_ended; /* descriptors that become readable */
	pid_t children[MAX_CHILDREN];
	unsigned n_children;
	struct relay relay; /* the times */
};

/* A connection and what it is called in remarks. */
struct connection {
	struct kin_sock *sock;
	char peer[KIN_ADDR_TEXT];
};

/* Connect to the second address. A signal ends that, for nothing has been passed on yet. */
static int open_to(const struct server *server, struct relay_side *side)
{
	int r;

	stop_at_once(true);
	r = kin_open(server->to, KIN_CONNECT, &side->sock);
	stop_at_once(false);
	side->name = server->to;
	return r < 0 ? complain_of(server->to, r) : 0;
}

/* Become the command, with the connection as its standard input and output. */
static int exec_command(const struct server *server, struct connection *connection)
{
	char local[KIN_ADDR_TEXT] = "";
	struct kin_addr addr;
	sigset_t none;
	int fd;

	if (kin_local_addr(connection->sock, &addr) == 0)
		kin_addr_format(&addr, kin_sock_type(connection->sock),
		                kin_sock_protocol(connection->sock), local, sizeof(local));
	setenv("KIN_PEER", connection->peer, true);
	setenv("KIN_LOCAL", local, true);
	fd = kin_detach(connection->sock);
	connection->sock = NULL;
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	/* The command gets signals as kin got them. */
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execl("/bin/sh", "sh", "-c", server->exec, NULL);
	complain("/bin/sh: %s", strerror(errno));
	return STATUS_FAILED;
}

static int serve(const struct server *server, struct connection *connection)
{
	struct relay relay = server->relay;
	int status;

	if (server->exec)
		return exec_command(server, connection);
	relay.a = (struct relay_side){.name = connection->peer, .sock = connection->sock};
	relay.b = relay_stdio();
	relay.stop = server->stop;
	/* Many connections can't share one input. */
	relay.one_way = server->keep && !server->to;
	if (server->to) {
		status = open_to(server, &relay.b);
		if (status)
			return status;
	}
	status = relay_run(&relay);
	if (server->verbose)
		remark("%s: ended; %llu bytes received, %llu sent", connection->peer,
		       (unsigned long long)relay.a_to_b, (unsigned long long)relay.b_to_a);
	kin_close(relay.b.sock);
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

static int accept_one(struct server *server)
{
	struct connection connection;
	struct kin_addr addr;
	int r = kin_accept(server->sock, &connection.sock, &addr), status;

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
	if (kin_addr_format(&addr, kin_sock_type(connection.sock),
	                    kin_sock_protocol(connection.sock), connection.peer,
	                    sizeof(connection.peer)) < 0)
		strcpy(connection.peer, "somebody");
	if (server->verbose)
		remark("%s: connected to %s", connection.peer, server->address);
	if (server->keep) {
		status = serve_in_child(server, &connection);
	} else {
		kin_close(server->sock);
		server->sock = NULL;
		status = serve(server, &connection);
	}
	kin_close(connection.sock);
	return status;
}

static void reap(struct server *server)
{
	struct signalfd_siginfo info;
	pid_t pid;

	while (read(server->child_ended, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (unsigned i = 0; i < server->n_children; i++)
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

/* Accept until there is a reason to end. @return a STATUS_ */
static int accept_all(struct server *server)
{
	int status = STATUS_DONE;

	for (;;) {
		struct pollfd fds[] = {
			{.fd = server->stop, .events = POLLIN},
			{.fd = server->child_ended, .events = POLLIN},
			{.fd = server->n_children < MAX_CHILDREN ? kin_fd(server->sock) : -1,
		         .events = POLLIN},
		};

		poll(fds, 3, -1);
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

/* A socket without connections: what anybody sends to it. */
static int receive(struct server *server)
{
	struct relay relay = server->relay;
	int status = 0;

	relay.a = (struct relay_side){.name = server->address, .sock = server->sock};
	relay.b = relay_stdio();
	relay.stop = server->stop;
	relay.one_way = true;
	if (server->to)
		status = open_to(server, &relay.b);
	if (status == 0)
		status = relay_run(&relay);
	kin_close(relay.b.sock);
	return status;
}

static int run(const struct invocation *inv)
{
	struct server server = {
		.address = inv->args[0],
		.exec = inv_value(inv, "exec"),
		.to = inv->n_args > 1 ? inv->args[1] : NULL,
		.keep = inv_has(inv, "keep"),
		.verbose = inv_has(inv, "verbose"),
		.relay = {.idle_ns = -1, .wait_ns = 1000000000},
	};
	int r, type, status;

	if (server.exec && server.to)
		return misuse(inv->command, "listen: --exec and %s exclude each other", server.to);
	if (inv_duration(inv, "idle", &server.relay.idle_ns) ||
	    inv_duration(inv, "wait", &server.relay.wait_ns))
		return STATUS_USAGE;
	r = kin_open(server.address, KIN_LISTEN, &server.sock);
	if (r < 0)
		return complain_of(server.address, r);
	server.stop = stop_fd();
	type = kin_sock_type(server.sock);
	server.child_ended = child_fd();
	if (type == SOCK_STREAM || type == SOCK_SEQPACKET)
		status = accept_all(&server);
	else if (server.exec)
		status = misuse(inv->command, "listen: %s has no connections to --exec for",
		                server.address);
	else
		status = receive(&server);
	kin_close(server.sock);
	for (unsigned i = 0; i < server.n_children; i++)
		kill(-server.children[i], SIGTERM);
	return status;
}

const struct command command_listen = {
	.name = "listen",
	.args = "ADDRESS [TO-ADDRESS]",
	.summary = "accept connections, and join them to something",
	.text = "Listens at the address and accepts one connection. What comes over it goes to "
		"standard output, and standard input goes back, with the ends of both passed on as kin "
		"cat does. With --exec a command takes their place, with TO-ADDRESS another address "
		"that is connected to.\n"
		"\n"
		"With --keep, connections are accepted until kin is interrupted, each served in a "
		"process of its own and up to 256 at once; standard input is then not sent.\n"
		"\n"
		"An address without connections, such as UDP's, is received from until kin is "
		"interrupted.\n"
		"\n"
		"The command of --exec finds the addresses of both ends in KIN_PEER and KIN_LOCAL.",
	.options =
		(const struct command_option[]){
			{"keep", 'k', NULL, "go on accepting connections"},
			{"exec", 'e', "COMMAND",
			 "run COMMAND in a shell, with the connection as standard input and output"},
			{"idle", 'i', "DURATION", "end a connection when nothing came for so long"},
			{"wait", 'w', "DURATION",
			 "how long a side that can't tell its end is waited for [1s]"},
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
			{},
		},
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
