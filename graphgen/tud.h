/* The files of a TUDataset folder, apart from the disk. */
#ifndef SG_GRAPH_TUD_H
#define SG_GRAPH_TUD_H

#include <sigen/graph_io.h>

enum {
    SG_I_TUD_A,         /* "i, j" an edge, nodes from 1 */
    SG_I_TUD_INDICATOR, /* graph of each node, from 1 */
    SG_I_TUD_GRAPH_LABELS,
    SG_I_TUD_NODE_LABELS,
    SG_I_TUD_EDGE_LABELS,
    SG_I_TUD_NODE_ATTRIBUTES, /* comma-separated */
    SG_I_TUD_EDGE_ATTRIBUTES,
    SG_I_TUD_FILES
};
extern const char *const sg_i_tud_suffix[SG_I_TUD_FILES]; /* "_A.txt" */

typedef struct sg_i_text {
    const char *file, *buf; /* buf NULL: there is no such file */
    size_t len;
} sg_i_text;

/* Appends the graphs; on failure the set is as it was. */
SG_MUST_CHECK sg_status sg_i_tud_parse(sg_graph_set *s, const sg_i_text text[SG_I_TUD_FILES],
                                       sg_error *err);
/* Writes one of the files, or nothing when no graph has what it holds (*any = 0). */
SG_MUST_CHECK sg_status sg_i_tud_print(sg_out *o, const sg_graph_set *s, int file, int *any,
                                       sg_error *err);

#endif
