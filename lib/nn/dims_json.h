/* A network's sizes in a model file's config: one whole number a row of its table of sizes. */
#ifndef SG_NN_DIMS_JSON_H
#define SG_NN_DIMS_JSON_H

#include <jansson.h>

#include <sigen/egnet.h>

/* An object of all sizes; dims: the struct that the table's offsets are of. NULL: no memory. */
static inline json_t *sg_i_dims_json(const sg_egnet_dim *table, const void *dims)
{
    json_t *o = json_object();
    for (const sg_egnet_dim *d = table; d->name; d++)
        json_object_set_new(o, d->name, json_integer(*(const int *)((const char *)dims + d->off)));
    return o;
}

/* Reads them; a size that is absent counts as 0. NULL, or the name of the first that is outside its
 * limits. */
static inline const char *sg_i_dims_read(const sg_egnet_dim *table, void *dims, const json_t *o)
{
    for (const sg_egnet_dim *d = table; d->name; d++) {
        const json_t *x = json_object_get(o, d->name);
        json_int_t v = json_integer_value(x);
        if ((x && !json_is_integer(x)) || v < d->lo || v > d->hi)
            return d->name;
        *(int *)((char *)dims + d->off) = (int)v;
    }
    return NULL;
}

#endif
