/* A graphgen model in memory: the network of a model file and what it knows of its data. */
#ifndef SG_GRAPH_MODEL_H
#define SG_GRAPH_MODEL_H

#include <sigen/checkpoint.h>
#include <sigen/egnet.h>
#include <sigen/graph_generate.h>
#include <sigen/interpolant.h>

#include "gdss.h"

#define SG_GRAPH_NODE_CLASSES 256
#define SG_GRAPH_EDGE_CLASSES 15  /* besides "no edge" */
#define SG_GRAPH_NET_NODES    512 /* largest graph a network is trained on */

typedef struct sg_graph_arch sg_graph_arch; /* arch.h */

/* The "config" of a model file (doc/graphgen-net.md, doc/gdss.md). */
typedef struct sg_graph_config {
    const sg_graph_arch *arch; /* which of the next two counts */
    sg_egnet_dims net;
    struct {
        sg_gdss_dims net;
        sg_path path[2]; /* of X, of A */
    } gdss;
    int n_node_labels, node_label[SG_GRAPH_NODE_CLASSES]; /* label of each node class, ascending */
    int n_edge_labels, edge_label[SG_GRAPH_EDGE_CLASSES]; /* of edge class 1, 2, ... */
    int labelled;                                         /* the data have node labels */
    int weighted;                                         /* and edge weights, */
    double log_mean, log_sd;                              /* of their logarithms */
    int max_nodes, sizes[SG_GRAPH_NET_NODES + 1];         /* histogram of the training data */
    double mean_degree;
    int has_remask; /* the re-masking that suits the model is known */
    double remask;
    char layout[16]; /* what training lays graphs out by (layout.h); egnet only */
    int max_degree;  /* of training data; not in the file */
} sg_graph_config;

struct sg_graph_model {
    sg_graph_config config;
    sg_egnet net;
    sg_gdss gdss;
    sg_params params;
    char hash[16]; /* of the file; empty when not from a file */
};

/* Expected share of pairs that are edges, before anything is known of the graph. */
double sg_graph_density(const sg_graph_config *c, int n);

/* Class of a label, -1 if the model lacks it. */
int sg_graph_node_class(const sg_graph_config *c, int label);
int sg_graph_edge_class(const sg_graph_config *c, int label);

/* The config as a model file has it, JSON; the caller frees it. NULL: no memory. */
char *sg_graph_config_text(const sg_graph_config *c);

/* Network with zero weights for the config. */
SG_MUST_CHECK sg_status sg_graph_model_init(sg_graph_model *m, const sg_graph_config *config,
                                            int train, sg_error *err);
SG_MUST_CHECK sg_status sg_graph_model_read(sg_graph_model *m, const sg_model *file, int train,
                                            sg_error *err);
void sg_graph_model_clear(sg_graph_model *m);
/* Writes the model; with a training state its averaged weights and all that resuming needs.
 * meta: n_meta pairs of key, text. */
SG_MUST_CHECK sg_status sg_graph_model_save(const sg_graph_model *m, const char *path,
                                            sg_dtype dtype, const char *const (*meta)[2],
                                            int n_meta, const sg_train_state *state, sg_error *err);

#endif
