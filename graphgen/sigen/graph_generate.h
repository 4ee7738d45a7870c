/* Generating graphs with a trained model: nodes, edges and a layout together, as one joint
 * stochastic process (doc/graphgen-net.md). */
#ifndef SIGEN_GRAPH_GENERATE_H
#define SIGEN_GRAPH_GENERATE_H

#include <sigen/graph.h>

SG_BEGIN_DECLS

/* A loaded model: const, shared by threads. */
typedef struct sg_graph_model sg_graph_model;

/* Reads a model file. NULL and err on failure (SG_EMODEL, SG_EIO, SG_ENOMEM). */
SG_API SG_MUST_CHECK sg_graph_model *sg_graph_model_open(const char *path, sg_error *err);
SG_API void sg_graph_model_free(sg_graph_model *m); /* accepts NULL */
/* First 12 digits of the file's SHA-256. */
SG_API const char *sg_graph_model_hash(const sg_graph_model *m);
/* Smallest and largest number of nodes in its training data. */
SG_API void sg_graph_model_sizes(const sg_graph_model *m, int *lo, int *hi);

typedef struct sg_graph_generate_opts {
    uint64_t seed;
    int steps;                /* of the sampler, 1 .. 10000; 100 */
    const char *sampler;      /* for continuous components, a name of sg_samplers; "euler" */
    double remask;            /* rate eta at which decided edges and labels are decided again; 10 */
    double slack;             /* how much re-masking near the end may exceed the training law; 3 */
    double temperature;       /* of edges and labels; 1 is the model's law */
    double snr, corrector;    /* of the samplers pc and s4: step, scale of its noise; 0.16, 1 */
    int min_nodes, max_nodes; /* 0: sizes as in the training data */
    /* Part that is kept: its nodes are the first nodes of every graph, with its labels and edges;
     * pairs of its nodes without an edge get none. Weights of its edges are kept if it has some and
     * the model has. NULL: nothing is given. */
    const sg_graph *given;
    const char *isa;          /* kernels: "v4", "v3", "generic"; NULL = the best of this machine */
    int threads;              /* 1 .. 256 */
    const volatile int *stop; /* non-zero: return SG_EINTR at the next step; may be NULL */
} sg_graph_generate_opts;

/* What suits the model: as above for the preset layout, re-masking as it was packed with; of gdss
 * what was published with it, "pc", 1000 steps, 0.05 and 0.7. */
SG_API void sg_graph_generate_defaults(sg_graph_generate_opts *o, const sg_graph_model *m);

/* Generates the graphs number first .. first+count-1 of the stream `seed` into out (count empty
 * graphs, owned by the caller). Graph k is a pure function of (model, options but threads, seed,
 * k). Raw samples: no node is removed, nothing is repaired. SG_EINVAL, SG_ENOTSUP (a size or label
 * that the model does not know), SG_ENAN, SG_ENOMEM, SG_EINTR. */
SG_API SG_MUST_CHECK sg_status sg_graph_generate(const sg_graph_model *m,
                                                 const sg_graph_generate_opts *o, uint64_t first,
                                                 size_t count, sg_graph *out, sg_error *err);

SG_END_DECLS
#endif
