/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kin/family.h>
#include "j1939.h"

struct claimer {
	const struct invocation *inv;
	const char *interface, *file;
	struct kin_j1939_claim *claim;
	uint64_t name;
	bool json;
	int stop_fd;
	int64_t end_ns; /* below zero: never */
};

/* ---- Addresses and what is remembered ------------------------------------------------------ */

enum { REMEMBERED_MAX = 1024 }; /* bytes of a file; j1939acd's are of 50 */

/* Signs and spaces, which strtoul(3) takes, are refused. */
static bool read_address(const char **text, unsigned long *addr)
{
	const char *start = *text;
	char *end;

	*addr = isdigit((unsigned char)*start) ? strtoul(start, &end, 0) : 0;
	if (isdigit((unsigned char)*start))
		*text = end;
	return *text > start;
}

/* "128-140,0x20" into addrs, in that order. */
static int parse_range(const struct invocation *inv, const char *text, uint8_t addrs[256],
		       size_t *n)
{
	const char *rest = text;
	unsigned long first, last;

	*n = 0;
	if (!*text)
		return misuse(inv->command, "--range is empty: it has the form 128-140,0x20");
	do {
		bool valid = read_address(&rest, &first);

		last = first;
		if (valid && *rest == '-') {
			rest++;
			valid = read_address(&rest, &last);
		}
		if (!valid || (*rest && *rest != ','))
			return misuse(inv->command,
				      "--range: \"%s\" is not of the form 128-140,0x20", text);
		if (first > last || last > J1939_MAX_UNICAST_ADDR)
			return misuse(inv->command, "--range: %lu-%lu is not within 0-%d, rising",
				      first, last, J1939_MAX_UNICAST_ADDR);
		for (; first <= last; first++)
			if (!memchr(addrs, (int)first, *n))
				addrs[(*n)++] = (uint8_t)first;
	} while (*rest++ == ',');
	return 0;
}

/*
 * The file will be replaced, so that it must be one that kin or j1939acd wrote: empty, or comments
 * and blank lines around an address as both write it. addr is 254 in one of j1939acd's that had
 * none at its end, and in an empty file.
 */
static int read_remembered(const char *name, char *content, unsigned long *addr)
{
	unsigned number = 1, found = 0;
	char *line;

	*addr = J1939_IDLE_ADDR;
	for (char *rest = content; (line = strsep(&rest, "\n")); number++) {
		const char *end = line;

		if (*line == '#' || *line == '\0')
			continue;
		if (strncmp(line, "0x", 2) != 0 || strlen(line) != 4 || !read_address(&end, addr) ||
		    *end || *addr > J1939_IDLE_ADDR || found++) {
			complain("%s, line %u: not an address that kin or j1939acd wrote, such as "
				 "0x80; the file would be replaced",
				 name, number);
			return STATUS_FAILED;
		}
	}
	if (!found && number > 2) {
		complain("%s: there is no address that kin or j1939acd wrote in it, such as 0x80; "
			 "the file would be replaced",
			 name);
		return STATUS_FAILED;
	}
	return 0;
}

/* @param content  its text, of fewer than REMEMBERED_MAX bytes; a file that is not there is empty
 */
static int load_remembered(const char *name, char content[REMEMBERED_MAX])
{
	/* Opening a FIFO waits for nobody. */
	int fd = open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	*content = '\0';
	if (fd < 0)
		return errno == ENOENT ? 0 : complain_of(name, -errno);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		complain("%s: not a regular file, which --remember takes", name);
		close(fd);
		return STATUS_FAILED;
	}
	n = read(fd, content, REMEMBERED_MAX);
	if (n < 0) {
		int status = complain_of(name, -errno);

		close(fd);
		return status;
	}
	close(fd);
	if (n == REMEMBERED_MAX || memchr(content, '\0', (size_t)n)) {
		complain("%s: not a file that kin or j1939acd wrote, which would be replaced",
			 name);
		return STATUS_FAILED;
	}
	content[n] = '\0';
	return 0;
}

/* Without a range, the default one; of a NAME that has none, what --address says. */
static bool is_in_use(const struct kin_j1939_claim_config *config, unsigned long addr)
{
	struct kin_j1939_name fields;

	if (config->addrs)
		return memchr(config->addrs, (int)addr, config->n_addrs);
	if (kin_j1939_name_unpack(config->name, &fields) == 0 && fields.arbitrary)
		return addr >= 128 && addr <= 247;
	return addr <= J1939_MAX_UNICAST_ADDR &&
	       (!config->has_preferred || config->preferred == addr);
}

/* Begin with what is remembered, unless it is of another range. */
static int recall(const struct claimer *c, struct kin_j1939_claim_config *config)
{
	char content[REMEMBERED_MAX];
	unsigned long addr;
	int status = load_remembered(c->file, content);

	if (!status)
		status = read_remembered(c->file, content, &addr);
	if (status || !is_in_use(config, addr))
		return status;
	config->has_preferred = true;
	config->preferred = (uint8_t)addr;
	return 0;
}

/* Anew each time, so that there is always a whole file. */
static int remember(const struct claimer *c, unsigned addr)
{
	char next[4096];
	FILE *file;
	int err = 0;

	if (!c->file)
		return 0;
	if (snprintf(next, sizeof(next), "%s.new", c->file) >= (int)sizeof(next))
		return complain_of(c->file, -ENAMETOOLONG);
	file = fopen(next, "w");
	if (!file)
		return complain_of(next, -errno);
	fprintf(file, "# J1939 address of NAME %016llx on %s\n0x%02x\n",
		(unsigned long long)c->name, c->interface, addr);
	if (fflush(file) == EOF || ferror(file))
		err = errno;
	fclose(file);
	if (err == 0 && rename(next, c->file) < 0)
		err = errno;
	return err ? complain_of(c->file, -err) : 0;
}

/* ---- What is told -------------------------------------------------------------------------- */

static const char *state_word(enum kin_j1939_claim_state state)
{
	switch (state) {
	case KIN_J1939_LOOKING:
		return "looking";
	case KIN_J1939_CLAIMING:
		return "claiming";
	case KIN_J1939_HOLDING:
		return "holding";
	case KIN_J1939_CANNOT:
		return "cannot-claim";
	case KIN_J1939_DOWN:
		return "down";
	}
	return "";
}

static const char *event_word(enum kin_j1939_event_kind kind)
{
	switch (kind) {
	case KIN_J1939_STATE:
		return "state";
	case KIN_J1939_DEFENDED:
		return "defended";
	case KIN_J1939_LOST:
		return "lost";
	case KIN_J1939_COMMANDED:
		return "commanded";
	case KIN_J1939_SEEN:
		return "seen";
	case KIN_J1939_TWIN:
		return "twin";
	}
	return "";
}

static void put_state(const struct claimer *c, const struct kin_j1939_event *event)
{
	switch (event->state) {
	case KIN_J1939_LOOKING:
		printf("%s: asking who is there\n", c->interface);
		break;
	case KIN_J1939_CLAIMING:
		printf("%s: claiming 0x%02x\n", c->interface, event->addr);
		break;
	case KIN_J1939_HOLDING:
		printf("%s: holding 0x%02x\n", c->interface, event->addr);
		break;
	case KIN_J1939_CANNOT:
		printf("%s: cannot claim: every address is held by a NAME that goes before\n",
		       c->interface);
		break;
	case KIN_J1939_DOWN:
		printf("%s: the interface is down\n", c->interface);
		break;
	}
}

static void put_event(const struct claimer *c, const struct kin_j1939_event *event)
{
	unsigned long long name = event->name;

	switch (event->kind) {
	case KIN_J1939_STATE:
		put_state(c, event);
		break;
	case KIN_J1939_DEFENDED:
		printf("%s: defended 0x%02x against %016llx\n", c->interface, event->addr, name);
		break;
	case KIN_J1939_LOST:
		printf("%s: lost 0x%02x to %016llx\n", c->interface, event->addr, name);
		break;
	case KIN_J1939_COMMANDED:
		printf("%s: commanded to 0x%02x\n", c->interface, event->addr);
		break;
	case KIN_J1939_SEEN:
		if (event->addr == J1939_IDLE_ADDR)
			printf("%s: %016llx can't claim\n", c->interface, name);
		else
			printf("%s: 0x%02x is %016llx\n", c->interface, event->addr, name);
		break;
	case KIN_J1939_TWIN:
		printf("%s: another node claims 0x%02x with the same NAME\n", c->interface,
		       event->addr);
		break;
	}
}

static void put_event_json(const struct claimer *c, const struct kin_j1939_event *event)
{
	printf("{\"interface\":");
	put_json(stdout, c->interface);
	printf(",\"event\":\"%s\",\"state\":\"%s\",\"addr\":%u,\"name\":\"0x%016llX\"}\n",
	       event_word(event->kind), state_word(event->state), event->addr,
	       (unsigned long long)event->name);
}

/* ---- The run ------------------------------------------------------------------------------- */

/* Do what is due. A STATUS_ */
static int step(const struct claimer *c)
{
	struct kin_j1939_event event = {.struct_size = sizeof(event)};
	int r, status = 0;

	while (!status && (r = kin_j1939_claim_step(c->claim, &event)) > 0) {
		if (c->json)
			put_event_json(c, &event);
		else
			put_event(c, &event);
		if (event.kind == KIN_J1939_STATE && event.state == KIN_J1939_HOLDING)
			status = remember(c, event.addr);
	}
	return !status && r < 0 ? complain_of(c->interface, r) : status;
}

static int wait_ms(const struct claimer *c)
{
	int64_t ns = kin_j1939_claim_timeout(c->claim);
	int64_t left_ns = c->end_ns - kin_now();

	if (c->end_ns >= 0 && (ns < 0 || left_ns < ns))
		ns = left_ns > 0 ? left_ns : 0;
	return ns < 0 ? -1 : (int)((ns + 999999) / 1000000 % 3600000);
}

static int keep(const struct claimer *c)
{
	struct pollfd fds[] = {{.fd = kin_j1939_claim_fd(c->claim), .events = POLLIN},
			       {.fd = c->stop_fd, .events = POLLIN}};
	int status = step(c);

	while (!status && flush_output() == 0 && fds[1].revents == 0 &&
	       (c->end_ns < 0 || kin_now() < c->end_ns)) {
		poll(fds, 2, wait_ms(c));
		status = step(c);
	}
	return status;
}

static int read_options(struct claimer *c, struct kin_j1939_claim_config *config,
			uint8_t addrs[256])
{
	const struct invocation *inv = c->inv;
	int64_t addr = -1, duration_ns = -1;
	int status;

	if (!inv_has(inv, "name"))
		return misuse(inv->command, "--name is missing");
	if (kin_j1939_name_parse(inv_value(inv, "name"), &c->name) < 0)
		return misuse(inv->command, "--name: %s", kin_error_text());
	config->name = c->name;
	config->at_once = inv_has(inv, "at-once");
	config->ignore_commanded = inv_has(inv, "stay");
	status = inv_int(inv, "address", 0, J1939_MAX_UNICAST_ADDR, &addr);
	if (!status)
		status = inv_duration(inv, "duration", &duration_ns);
	c->end_ns = kin_deadline(duration_ns);
	if (!status && inv_has(inv, "range")) {
		config->addrs = addrs;
		status = parse_range(inv, inv_value(inv, "range"), addrs, &config->n_addrs);
	}
	if (status)
		return status;
	if (addr >= 0) {
		config->has_preferred = true;
		config->preferred = (uint8_t)addr;
	}
	c->json = inv_has(inv, "json");
	c->file = inv_value(inv, "remember");
	return c->file ? recall(c, config) : 0;
}

static int run(const struct invocation *inv)
{
	struct claimer c = {.inv = inv, .interface = inv->args[0]};
	struct kin_j1939_claim_config config = {.struct_size = sizeof(config)};
	uint8_t addrs[256];
	int r, status = read_options(&c, &config, addrs);

	if (status)
		return status;
	r = kin_j1939_claim_new(c.interface, &config, &c.claim);
	if (r < 0)
		return complain_of(c.interface, r);
	c.stop_fd = stop_fd();
	status = keep(&c);
	/* Held to the end? Others may have the address from now on. */
	if (!status && kin_j1939_claim_addr(c.claim) < 0)
		status = STATUS_FAILED;
	kin_j1939_claim_release(c.claim);
	kin_j1939_claim_free(c.claim);
	close(c.stop_fd);
	return status;
}

static const struct command_option options[] = {
	{"name", 'N', "NAME",
	 "the NAME that claims: a number, or fields: "
	 "arbitrary,function=5,identity=1"},
	{"range", 'r', "ADDRESSES",
	 "those that may be claimed, such as 128-140,0x20; the first is "
	 "tried first [128-247, if the NAME is arbitrary address capable]"},
	{"address", 'a', "ADDRESS", "the one to claim first, even when it must be contested"},
	{"remember", 'c', "FILE",
	 "begin with the address in FILE, and write there which one is held"},
	{"at-once", 0, NULL, "claim without asking first who is there, which takes 1.25 s"},
	{"stay", 0, NULL, "do not obey a commanded address"},
	{"duration", 0, "TIME", "end after TIME [never]"},
	{"json", 'j', NULL, "one JSON object a line"},
	{},
};

static const struct command_example examples[] = {
	{"kin can j1939 claim can0 --name 0x8000000000000001 --duration 3",
	 "hold an address for three seconds"},
	{"kin can j1939 claim can0 --name arbitrary,function=5,identity=1 --range 100-120 "
	 "--at-once "
	 "--duration 1",
	 "of a range"},
	{},
};

const struct command command_can_j1939_claim = {
	.group = "can j1939",
	.name = "claim",
	.args = "INTERFACE",
	.summary = "claim a J1939 address for a NAME and defend it",
	.text = "Claims an address as J1939-81 says, defends it against NAMEs that are higher "
		"numbers, "
		"moves to another when one that is lower takes it, and answers who asks. It runs "
		"until SIGINT or SIGTERM, and then tells all that the address is free.\n\n"
		"While it runs, other programs of this host send and receive by the NAME: "
		"j1939:can0,name=0x8000000000000001. It prints what happens, and the claims of "
		"others "
		"that it hears.\n\n"
		"When no address is left it says so to all, as the standard wants it, and takes "
		"the "
		"first that becomes free. The exit status is 1 when there was none at the end.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
