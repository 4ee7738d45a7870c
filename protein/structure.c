#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "structure.h"

sg_status sg_protein_structures_resize(sg_protein_structures *a, int n, sg_error *err)
{
    sg_protein_structures_clear(a);
    a->s = n ? calloc((size_t)n, sizeof *a->s) : NULL;
    if (n && !a->s)
        return sg_fail(err, SG_ENOMEM, "no memory for %d secondary structures", n);
    a->n = n;
    return SG_OK;
}

void sg_protein_structures_clear(sg_protein_structures *a)
{
    free(a->s);
    *a = (sg_protein_structures){0};
}

/* Number k of those of n to n + slack residues; how many there are if there is no such number. */
static int fitting(const sg_protein_structures *a, int n, int slack, int k, int *at)
{
    int found = 0;
    for (int i = 0; i < a->n; i++) {
        int len = (int)strlen(a->s[i]);
        if (len >= n && len <= n + slack && found++ == k)
            *at = i;
    }
    return found;
}

int sg_protein_structure_draw(const sg_protein_structures *a, int n, sg_rng *r,
                              sg_protein_structure ss)
{
    int count = 0, slack = 8, at = 0;
    while (count == 0 && slack < SG_PROTEIN_STRUCTURE_LENGTH)
        count = fitting(a, n, slack *= 2, -1, &at);
    if (count == 0)
        return 0;
    fitting(a, n, slack, (int)sg_rng_below(r, (uint32_t)count), &at);
    int spare = (int)strlen(a->s[at]) - n;
    memcpy(ss, a->s[at] + sg_rng_below(r, (uint32_t)spare + 1), (size_t)n);
    ss[n] = '\0';
    return 1;
}

/* ---- run lengths ----------------------------------------------------------------------------- */

static json_t *runs(const char *s)
{
    char text[2 * SG_PROTEIN_STRUCTURE_LENGTH + 8], *p = text;
    for (size_t i = 0, n; s[i]; i += n) {
        for (n = 1; s[i + n] == s[i]; n++)
            ;
        p += sprintf(p, n > 1 ? "%c%zu" : "%c", s[i], n);
    }
    *p = '\0';
    return json_string(text);
}

/* 0: these are none, or too long */
static int expand(char *s, const char *text)
{
    size_t len = 0;
    while (text && *text) {
        char letter = *text++;
        size_t n = 0;
        for (int digits = 0; isdigit((unsigned char)*text) && digits < 3; digits++)
            n = 10 * n + (size_t)(*text++ - '0');
        n = n ? n : 1;
        if (!strchr("HE-", letter) || len + n > SG_PROTEIN_STRUCTURE_LENGTH)
            return 0;
        memset(s + len, letter, n);
        len += n;
    }
    s[len] = '\0';
    return len > 0;
}

json_t *sg_protein_structures_json(const sg_protein_structures *a)
{
    json_t *j = json_array();
    for (int k = 0; k < a->n; k++)
        json_array_append_new(j, runs(a->s[k]));
    return j;
}

sg_status sg_protein_structures_read(sg_protein_structures *a, const json_t *j, sg_error *err)
{
    size_t n = json_array_size(j);
    if (n > SG_PROTEIN_STRUCTURES)
        return sg_fail(err, SG_EMODEL, "%zu structures, at most %d", n, SG_PROTEIN_STRUCTURES);
    sg_status s = sg_protein_structures_resize(a, (int)n, err);
    for (size_t k = 0; k < n && s == SG_OK; k++)
        if (!expand(a->s[k], json_string_value(json_array_get(j, k))))
            s = sg_fail(err, SG_EMODEL, "structure %zu of the model is no run lengths of H, E, -",
                        k + 1);
    return s;
}
