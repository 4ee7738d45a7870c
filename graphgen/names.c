#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "names.h"

static uint64_t hash(const char *s, size_t len)
{
    uint64_t h = 1469598103934665603u; /* FNV-1a */
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)s[i]) * 1099511628211u;
    return h ^ h >> 29;
}

const char *sg_i_names_get(const sg_i_names *s, int number)
{
    return s->text + s->at[number];
}

/* The slot of a name, or the free one where it belongs. */
static size_t find(const sg_i_names *s, const char *name, size_t len)
{
    size_t k = hash(name, len) & (s->slots - 1);
    for (; s->slot[k]; k = (k + 1) & (s->slots - 1)) {
        const char *t = sg_i_names_get(s, s->slot[k] - 1);
        if (strlen(t) == len && memcmp(t, name, len) == 0)
            break;
    }
    return k;
}

static int more_slots(sg_i_names *s)
{
    size_t slots = s->slots ? 2 * s->slots : 64;
    int *slot = calloc(slots, sizeof *slot);
    if (!slot)
        return 0;
    free(s->slot);
    s->slot = slot;
    s->slots = slots;
    for (int i = 0; i < s->n; i++)
        slot[find(s, sg_i_names_get(s, i), strlen(sg_i_names_get(s, i)))] = i + 1;
    return 1;
}

static int room_for(sg_i_names *s, size_t len)
{
    if (s->n == s->cap) {
        int cap = s->cap ? 2 * s->cap : 64;
        size_t *at = realloc(s->at, (size_t)cap * sizeof *at);
        if (!at)
            return 0;
        s->at = at;
        s->cap = cap;
    }
    if (s->used + len + 1 > s->room) {
        size_t room = 2 * (s->used + len + 1);
        char *text = realloc(s->text, room);
        if (!text)
            return 0;
        s->text = text;
        s->room = room;
    }
    return 2 * (size_t)(s->n + 1) <= s->slots || more_slots(s);
}

sg_status sg_i_names_put(sg_i_names *s, const char *name, size_t len, int most, int *number,
                         sg_error *err)
{
    if (!room_for(s, len))
        return sg_fail(err, SG_ENOMEM, "no memory for names of nodes");
    size_t k = find(s, name, len);
    if (!s->slot[k]) {
        if (s->n >= most)
            return sg_fail(err, SG_ELIMIT, "more than %d nodes", most);
        s->at[s->n] = s->used;
        memcpy(s->text + s->used, name, len);
        s->text[s->used + len] = '\0';
        s->used += len + 1;
        s->slot[k] = ++s->n;
    }
    *number = s->slot[k] - 1;
    return SG_OK;
}

void sg_i_names_reset(sg_i_names *s)
{
    if (s->slot)
        memset(s->slot, 0, s->slots * sizeof *s->slot);
    s->n = 0;
    s->used = 0;
}

void sg_i_names_clear(sg_i_names *s)
{
    free(s->at);
    free(s->text);
    free(s->slot);
    memset(s, 0, sizeof *s);
}
