/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Authentication, pairing and encryption, as the hosts see them: nothing is enciphered, but keys
 * must be the same at both ends. What a host is asked, and what follows from its answer:
 *
 *     link key       has the claimant one, the other is asked; the same at both: authenticated
 *     IO capability  neither key nor anything against simple pairing: each is told the other's
 *     confirmation   or a passkey, by what both can do; then both get a new key
 *     PIN            in place of it, where a host has not switched simple pairing on
 */
#include "air.h"

#include <string.h>
#include <sys/random.h>

enum { DISPLAY_ONLY, DISPLAY_YES_NO, KEYBOARD_ONLY, NO_INPUT_NO_OUTPUT };
enum { COMBINATION_KEY = 0, UNAUTHENTICATED_KEY = 4, AUTHENTICATED_KEY = 5 };

static void ask(struct end *end, enum question question, enum event event, const void *rest,
		size_t len)
{
	struct bytes bytes = {0};

	end->asked = question;
	put(&bytes, &end_other(end)->address, 6);
	put(&bytes, rest, len);
	controller_event(end->controller, event, &bytes);
}

/* Who has been asked that, and answers now. */
static struct end *asked(const struct controller *controller, const uint8_t *address,
			 enum question question)
{
	struct end *end = end_of_address(controller, address);

	if (!end || end->asked != question)
		return NULL;
	end->asked = NOTHING;
	return end;
}

static void authenticated(struct link *link, uint8_t status)
{
	struct end *claimant = link->claimant;
	struct bytes bytes = {0};

	link->claimant = NULL;
	link->ends[0].asked = link->ends[1].asked = NOTHING;
	link->authenticated |= status == SUCCESS;
	put8(&bytes, status);
	put16(&bytes, claimant->handle);
	controller_event(claimant->controller, AUTHENTICATION_COMPLETE, &bytes);
}

static void new_key(struct link *link, uint8_t type)
{
	uint8_t key[17];

	if (getrandom(key, 16, 0) != 16)
		memset(key, 0xA5, 16);
	key[16] = type;
	for (unsigned i = 0; i < 2; i++)
		ask(&link->ends[i], NOTHING, LINK_KEY_NOTIFICATION, key, sizeof(key));
}

/* ---- link keys ---- */

static uint8_t authenticate(const struct call *call)
{
	struct end *end = call->end;

	if (end->link->claimant)
		return COMMAND_DISALLOWED;
	end->link->claimant = end;
	ask(end, ITS_LINK_KEY, LINK_KEY_REQUEST, NULL, 0);
	return SUCCESS;
}

static uint8_t link_key(const struct call *call)
{
	struct end *end = asked(call->controller, call->p, ITS_LINK_KEY), *other;

	if (!end)
		return UNKNOWN_CONNECTION;
	other = end_other(end);
	memcpy(end->key, call->p + 6, sizeof(end->key));
	if (end == end->link->claimant)
		ask(other, ITS_LINK_KEY, LINK_KEY_REQUEST, NULL, 0);
	else
		authenticated(end->link, memcmp(end->key, other->key, sizeof(end->key)) == 0
						 ? SUCCESS
						 : AUTHENTICATION_FAILURE);
	return SUCCESS;
}

static uint8_t no_link_key(const struct call *call)
{
	struct end *end = asked(call->controller, call->p, ITS_LINK_KEY);

	if (!end)
		return UNKNOWN_CONNECTION;
	if (end != end->link->claimant)
		authenticated(end->link, KEY_MISSING);
	else if (call->controller->settings.simple_pairing &&
		 end_other(end)->controller->settings.simple_pairing)
		ask(end, ITS_IO, IO_CAPABILITY_REQUEST, NULL, 0);
	else
		ask(end, ITS_PIN, PIN_CODE_REQUEST, NULL, 0);
	return SUCCESS;
}

/* ---- simple pairing ---- */

static void paired(struct link *link, uint8_t status, uint8_t key_type)
{
	for (unsigned i = 0; i < 2; i++) {
		struct bytes bytes = {0};

		put8(&bytes, status);
		put(&bytes, &link->ends[!i].address, 6);
		controller_event(link->ends[i].controller, SIMPLE_PAIRING_COMPLETE, &bytes);
	}
	if (status == SUCCESS)
		new_key(link, key_type);
	authenticated(link, status);
}

/* Whether both ends can do what keeps a third party out, and one of them wants it. */
static bool protected(const struct link *link)
{
	unsigned a = link->ends[0].io[0], b = link->ends[1].io[0];

	if (!((link->ends[0].io[2] | link->ends[1].io[2]) & 1))
		return false;
	if (a == KEYBOARD_ONLY || b == KEYBOARD_ONLY)
		return a != NO_INPUT_NO_OUTPUT && b != NO_INPUT_NO_OUTPUT;
	return a == DISPLAY_YES_NO && b == DISPLAY_YES_NO;
}

/* Both capabilities are known. */
static void confirm(struct link *link)
{
	uint8_t number[4] = {0};
	uint32_t passkey = 0;
	bool keyboard[2], passkeys = false;

	if (getrandom(&passkey, sizeof(passkey), 0) < 0)
		passkey = 0;
	passkey %= 1000000;
	for (unsigned i = 0; i < 4; i++)
		number[i] = (uint8_t)(passkey >> 8 * i);
	for (unsigned i = 0; i < 2; i++) {
		keyboard[i] = link->ends[i].io[0] == KEYBOARD_ONLY;
		passkeys |= keyboard[i] && protected(link);
		link->ends[i].passkey = passkey;
	}
	for (unsigned i = 0; i < 2; i++)
		if (!passkeys)
			ask(&link->ends[i], ITS_CONFIRMATION, USER_CONFIRMATION_REQUEST, number, 4);
		else if (keyboard[i])
			ask(&link->ends[i], ITS_PASSKEY, USER_PASSKEY_REQUEST, NULL, 0);
		else
			ask(&link->ends[i], NOTHING, USER_PASSKEY_NOTIFICATION, number, 4);
}

static uint8_t io_capability(const struct call *call)
{
	struct end *end = asked(call->controller, call->p, ITS_IO), *other;

	if (!end)
		return UNKNOWN_CONNECTION;
	other = end_other(end);
	memcpy(end->io, call->p + 6, sizeof(end->io));
	ask(other, NOTHING, IO_CAPABILITY_RESPONSE, end->io, sizeof(end->io));
	if (end == end->link->claimant)
		ask(other, ITS_IO, IO_CAPABILITY_REQUEST, NULL, 0);
	else
		confirm(end->link);
	return SUCCESS;
}

static uint8_t no_io_capability(const struct call *call)
{
	struct end *end = asked(call->controller, call->p, ITS_IO);

	if (!end)
		return UNKNOWN_CONNECTION;
	paired(end->link, call->p[6], 0);
	return SUCCESS;
}

/* An end has answered; when the other has as well, they must agree. */
static void compare(struct link *link)
{
	if (link->ends[0].asked != NOTHING || link->ends[1].asked != NOTHING)
		return;
	paired(link,
	       link->ends[0].passkey == link->ends[1].passkey ? SUCCESS : AUTHENTICATION_FAILURE,
	       protected(link) ? AUTHENTICATED_KEY : UNAUTHENTICATED_KEY);
}

static uint8_t confirmed(const struct call *call)
{
	struct end *end = asked(call->controller, call->p, ITS_CONFIRMATION);

	if (!end)
		return UNKNOWN_CONNECTION;
	compare(end->link);
	return SUCCESS;
}

static uint8_t passkey(const struct call *call)
{
	struct end *end = asked(call->controller, call->p, ITS_PASSKEY);

	if (!end)
		return UNKNOWN_CONNECTION;
	end->passkey = get24(call->p + 6) | (uint32_t)call->p[9] << 24;
	compare(end->link);
	return SUCCESS;
}

static uint8_t not_confirmed(const struct call *call)
{
	struct end *end = asked(call->controller, call->p, ITS_CONFIRMATION);

	if (!end)
		end = asked(call->controller, call->p, ITS_PASSKEY);
	if (!end)
		return UNKNOWN_CONNECTION;
	paired(end->link, AUTHENTICATION_FAILURE, 0);
	return SUCCESS;
}

/* ---- PINs ---- */

static uint8_t pin(const struct call *call)
{
	struct end *end = asked(call->controller, call->p, ITS_PIN), *other;

	if (!end)
		return UNKNOWN_CONNECTION;
	other = end_other(end);
	/* What is behind it does not count. */
	memset(end->key, 0, sizeof(end->key));
	memcpy(end->key, call->p + 7,
	       call->p[6] < sizeof(end->key) ? call->p[6] : sizeof(end->key));
	if (end == end->link->claimant) {
		ask(other, ITS_PIN, PIN_CODE_REQUEST, NULL, 0);
	} else if (memcmp(end->key, other->key, sizeof(end->key)) == 0) {
		new_key(end->link, COMBINATION_KEY);
		authenticated(end->link, SUCCESS);
	} else {
		authenticated(end->link, AUTHENTICATION_FAILURE);
	}
	return SUCCESS;
}

static uint8_t no_pin(const struct call *call)
{
	struct end *end = asked(call->controller, call->p, ITS_PIN);

	if (!end)
		return UNKNOWN_CONNECTION;
	authenticated(end->link, end == end->link->claimant ? KEY_MISSING : PAIRING_NOT_ALLOWED);
	return SUCCESS;
}

/* ---- encryption ---- */

static void encryption_changed(struct end *end, uint8_t status, bool on)
{
	struct bytes bytes = {0};

	put8(&bytes, status);
	put16(&bytes, end->handle);
	put8(&bytes, on);
	controller_event(end->controller, ENCRYPTION_CHANGE, &bytes);
}

static uint8_t encrypt(const struct call *call)
{
	struct end *end = call->end;

	if (!end->link->authenticated) {
		encryption_changed(end, KEY_MISSING, false);
		return SUCCESS;
	}
	end->link->encrypted = call->p[2] != 0;
	encryption_changed(end, SUCCESS, end->link->encrypted);
	encryption_changed(end_other(end), SUCCESS, end->link->encrypted);
	return SUCCESS;
}

static uint8_t read_key_size(const struct call *call)
{
	struct end *end = call->end;

	call->ret[2] = sizeof(end->key);
	return end->link->encrypted ? SUCCESS : COMMAND_DISALLOWED;
}

/* ---- LE: the keys come from the hosts ---- */

static uint8_t le_enable(const struct call *call)
{
	struct end *end = end_of_handle(call->controller, get16(call->p)), *other;
	struct bytes bytes = {0};

	if (end != end->link->central)
		return COMMAND_DISALLOWED;
	other = end_other(end);
	memcpy(end->key, call->p + 12, sizeof(end->key));
	other->asked = ITS_LINK_KEY;
	put16(&bytes, other->handle);
	put(&bytes, call->p + 2, 10); /* random number and diversifier, by which it knows the key */
	controller_le_event(other->controller, LE_LTK_REQUEST, &bytes);
	return SUCCESS;
}

static bool le_asked(const struct call *call)
{
	bool asked_for = call->end->asked == ITS_LINK_KEY;

	call->end->asked = NOTHING;
	return asked_for;
}

static void le_encrypted(struct link *link)
{
	for (unsigned i = 0; i < 2; i++) {
		struct bytes bytes = {0};

		if (!link->encrypted) {
			encryption_changed(&link->ends[i], SUCCESS, true);
			continue;
		}
		put8(&bytes, SUCCESS);
		put16(&bytes, link->ends[i].handle);
		controller_event(link->ends[i].controller, KEY_REFRESH_COMPLETE, &bytes);
	}
	link->encrypted = true;
}

static uint8_t le_key(const struct call *call)
{
	struct end *end = call->end;

	if (!le_asked(call))
		return COMMAND_DISALLOWED;
	if (memcmp(call->p + 2, end_other(end)->key, sizeof(end->key)) == 0)
		le_encrypted(end->link);
	else
		link_close(end->link, end, MIC_FAILURE, MIC_FAILURE);
	return SUCCESS;
}

static uint8_t le_no_key(const struct call *call)
{
	if (!le_asked(call))
		return COMMAND_DISALLOWED;
	encryption_changed(end_other(call->end), KEY_MISSING, false);
	return SUCCESS;
}

const struct command security_commands[] = {
	{0x040B, 10, 22, .answer = 6, .echo = 6, .run = link_key},
	{0x040C, 11, 6, .answer = 6, .echo = 6, .run = no_link_key},
	{0x040D, 12, 23, .answer = 6, .echo = 6, .run = pin},
	{0x040E, 13, 6, .answer = 6, .echo = 6, .run = no_pin},
	{0x0411, 15, 2, .answer = STATUS, .links = ON_ACL, .run = authenticate},
	{0x0413, 16, 3, .answer = STATUS, .links = ON_ACL, .run = encrypt},
	{0x042B, 151, 9, .answer = 6, .echo = 6, .run = io_capability},
	{0x042C, 152, 6, .answer = 6, .echo = 6, .run = confirmed},
	{0x042D, 153, 6, .answer = 6, .echo = 6, .run = not_confirmed},
	{0x042E, 154, 10, .answer = 6, .echo = 6, .run = passkey},
	{0x042F, 155, 6, .answer = 6, .echo = 6, .run = not_confirmed},
	{0x0434, 163, 7, .answer = 6, .echo = 6, .run = no_io_capability},
	{0x1408, 164, 2, .answer = 3, .echo = 2, .links = ON_ACL, .run = read_key_size},
	{0x2019, 224, 28, .answer = STATUS, .links = ON_LE, .run = le_enable},
	{0x201A, 225, 18, .answer = 2, .echo = 2, .links = ON_LE, .run = le_key},
	{0x201B, 226, 2, .answer = 2, .echo = 2, .links = ON_LE, .run = le_no_key},
	{},
};
