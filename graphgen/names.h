/* Names of nodes, numbered in the order they are met. */
#ifndef SG_GRAPH_NAMES_H
#define SG_GRAPH_NAMES_H

#include <sigen/error.h>

typedef struct sg_i_names {
    int n, cap;
    size_t *at; /* (n) where each name begins in text */
    char *text;
    size_t used, room;
    int *slot; /* (slots, a power of two) number + 1, or 0 */
    size_t slots;
} sg_i_names;

/* *number out: of the name, which is added if it is new. SG_ENOMEM, SG_ELIMIT (more than `most`).
 */
SG_MUST_CHECK sg_status sg_i_names_put(sg_i_names *s, const char *name, size_t len, int most,
                                       int *number, sg_error *err);
const char *sg_i_names_get(const sg_i_names *s, int number);
void sg_i_names_reset(sg_i_names *s); /* no names, keeps the memory */
void sg_i_names_clear(sg_i_names *s);

#endif
