/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "party.h"

#include <errno.h>
#include <stdlib.h>

enum { PARTIES = 1024, BUCKETS = 2048 };

struct party_table {
	struct party *buckets[BUCKETS];
	struct party *free;
	struct party_list idlers, senders;
	struct party parties[PARTIES];
};

int party_table_new(struct party_table **ret_table)
{
	struct party_table *table = calloc(1, sizeof(*table));

	if (!table)
		return kin_fail(ENOMEM, "no memory for %zu bytes", sizeof(*table));
	for (size_t i = 0; i < PARTIES; i++) {
		table->parties[i].next = table->free;
		table->free = &table->parties[i];
	}
	*ret_table = table;
	return 0;
}

void party_table_free(struct party_table *table)
{
	for (size_t i = 0; table && i < PARTIES; i++)
		free(table->parties[i].data);
	free(table);
}

static size_t bucket_of(int ifindex, canid_t id, int ext)
{
	uint32_t hash = (id ^ (uint32_t)ifindex << 20 ^ (uint32_t)(ext + 1) << 11) * 0x9E3779B1U;

	return hash >> 21;
}

_Static_assert(BUCKETS == 1 << 11, "the hash has 11 bits");

struct party *party_find(const struct party_table *table, int ifindex, canid_t id, int ext)
{
	struct party *party = table->buckets[bucket_of(ifindex, id, ext)];

	while (party && (party->id != id || party->ifindex != ifindex || party->ext != ext))
		party = party->next;
	return party;
}

static struct party_list *list_of(struct party_table *table, enum party_state state)
{
	return state == PARTY_IDLE ? &table->idlers : &table->senders;
}

static void list_add(struct party_list *list, struct party *party)
{
	party->newer = NULL;
	party->older = list->newest;
	*(list->newest ? &list->newest->newer : &list->oldest) = party;
	list->newest = party;
}

static void list_remove(struct party_list *list, struct party *party)
{
	*(party->newer ? &party->newer->older : &list->newest) = party->older;
	*(party->older ? &party->older->newer : &list->oldest) = party->newer;
}

struct party *party_add(struct party_table *table, int ifindex, canid_t id, int ext)
{
	struct party **bucket = &table->buckets[bucket_of(ifindex, id, ext)];
	struct party *party = table->free;

	if (!party)
		return NULL;
	table->free = party->next;
	*party = (struct party){.ifindex = ifindex,
				.id = id,
				.ext = ext,
				.peer = KIN_ISOTP_NO_ID,
				.peer_ext = -1,
				.next = *bucket};
	*bucket = party;
	list_add(&table->idlers, party);
	return party;
}

void party_remove(struct party_table *table, struct party *party)
{
	struct party **link = &table->buckets[bucket_of(party->ifindex, party->id, party->ext)];

	while (*link != party)
		link = &(*link)->next;
	*link = party->next;
	list_remove(list_of(table, party->state), party);
	free(party->data);
	party->data = NULL;
	party->next = table->free;
	table->free = party;
}

void party_touch(struct party_table *table, struct party *party, enum party_state state)
{
	list_remove(list_of(table, party->state), party);
	party->state = state;
	list_add(list_of(table, state), party);
}

const struct party_list *party_senders(const struct party_table *table)
{
	return &table->senders;
}

const struct party_list *party_idlers(const struct party_table *table)
{
	return &table->idlers;
}
