/* Judging sets of graphs as the literature does: descriptors of each graph, kernels between them,
 * the maximum mean discrepancy of two sets and its noise floor, validity, uniqueness, novelty.
 * sg-graphgen-metrics(7) defines every number.
 *
 * Functions that take sets work on several threads (OpenMP); results do not depend on how many. A
 * profile is read-only once made and may be shared by threads. */
#ifndef SIGEN_GRAPH_METRICS_H
#define SIGEN_GRAPH_METRICS_H

#include <sigen/graph.h>

SG_BEGIN_DECLS

/* ---- single graphs --------------------------------------------------------------------------- */

#define SG_GRAPH_ORBITS 15

/* count (n_nodes, 15) out: how often each node lies in each orbit of the connected induced
 * subgraphs of 2 to 4 nodes, in the order of [HD14]: 0 edge; 1, 2 path of 3 (end, middle);
 * 3 triangle; 4, 5 path of 4 (end, inner); 6, 7 claw (leaf, centre); 8 cycle; 9, 10, 11 paw (tail,
 * triangle, centre); 12, 13 diamond (degree 2, 3); 14 complete. Time: sum of deg^2 + sum over edges
 * of deg. Allocates; SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_graph_orbits(const sg_graph *g, int64_t *count, sg_error *err);

/* The same with the 58 orbits of the 21 connected subgraphs of 5 nodes behind them: count (n_nodes,
 * 73) out. Those are in the order of the subgraph's edges and then an arbitrary one, which kernels
 * do not see. Every subgraph is visited once: time in proportion to their number, which grows with
 * the 4th power of degrees. SG_ELIMIT (over about 1e10 of them), SG_ENOMEM. */
#define SG_GRAPH_ORBITS5 73
SG_API SG_MUST_CHECK sg_status sg_graph_orbits5(const sg_graph *g, int64_t *count, sg_error *err);

/* c (n_nodes) out: c_i = 2 T_i / (d_i (d_i - 1)), T_i triangles at i, 0 when d_i < 2. SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_graph_clustering(const sg_graph *g, double *c, sg_error *err);

/* Eigenvalues, ascending, of the normalised Laplacian 1 - D^-1/2 A D^-1/2 (rows of isolated nodes
 * are 0), clamped to their range [0, 2]: lambda (n_nodes) out; and the eigenvectors as rows,
 * v (n_nodes, n_nodes) out, may be NULL. n_nodes at most SG_GRAPH_MAX_SPECTRUM. Householder
 * reduction and implicit QL [GVL13, ch. 8]: time of order n_nodes^3. SG_ELIMIT, SG_ENOMEM,
 * SG_ECONV. */
#define SG_GRAPH_MAX_SPECTRUM 8192
SG_API SG_MUST_CHECK sg_status sg_graph_spectrum(const sg_graph *g, double *lambda, double *v,
                                                 sg_error *err);

/* Equal keys = isomorphic graphs (labels of nodes and edges included): SHA-256 of the canonical
 * form [JK07]. SG_ENOTSUP in a build without igraph, SG_ENOMEM. */
#define SG_GRAPH_KEY 32
SG_API SG_MUST_CHECK sg_status sg_graph_key(const sg_graph *g, unsigned char key[SG_GRAPH_KEY],
                                            sg_error *err);

/* Rules that graphs of a kind obey. judge: *ok out, 0 or 1; SG_ENOTSUP, SG_ENOMEM. */
typedef struct sg_graph_rule {
    const char *name, *summary;
    sg_status (*judge)(const sg_graph *g, int *ok, sg_error *err);
} sg_graph_rule;
SG_API extern const sg_graph_rule *const sg_graph_rules[];        /* NULL behind the last */
SG_API const sg_graph_rule *sg_graph_rule_find(const char *name); /* NULL: none */

/* Numbers that tell something of a graph. value: *v out; SG_ENOMEM. */
typedef struct sg_graph_statistic {
    const char *name, *summary;
    double grain;                           /* 1 for counts; what counts as equal otherwise */
    double (*least)(int n), (*most)(int n); /* of graphs of n >= 1 nodes; neither falls with n */
    sg_status (*value)(const sg_graph *g, double *v, sg_error *err);
} sg_graph_statistic;
SG_API extern const sg_graph_statistic *const sg_graph_statistics[]; /* NULL behind the last */
/* name (len), not terminated. NULL: none */
SG_API const sg_graph_statistic *sg_graph_statistic_find(const char *name, size_t len);

/* ---- sets: descriptors, kernels, MMD --------------------------------------------------------- */

typedef enum sg_graph_stat {
    SG_GRAPH_DEGREE,     /* histogram of degrees */
    SG_GRAPH_CLUSTERING, /* of clustering coefficients, 100 bins on [0, 1] */
    SG_GRAPH_ORBIT,      /* mean over nodes of the 15 orbit counts */
    SG_GRAPH_SPECTRAL,   /* of the eigenvalues, 200 bins on [-1e-5, 2] */
    SG_GRAPH_WAVELET,    /* of |g_f(L)_i|^2, 12 filters x 100 bins [MKP22] */
    SG_GRAPH_ORBIT5,     /* mean over nodes of the 73 orbit counts; in no suite's stats */
    SG_GRAPH_STATS
} sg_graph_stat;
SG_API const char *sg_graph_stat_name(sg_graph_stat s); /* "degree" */

/* Kernels k(x,y) = exp(-d(x,y)^2 / (2 sigma^2)) for each statistic. */
typedef enum sg_graph_distance {
    SG_GRAPH_EMD,       /* scale * sum |CDF_x - CDF_y| */
    SG_GRAPH_TV,        /* sum |x - y| / 2 */
    SG_GRAPH_EUCLIDEAN, /* |x - y| */
} sg_graph_distance;
typedef struct sg_graph_suite {
    const char *name, *summary;
    struct {
        sg_graph_distance distance;
        double scale, sigma;
    } kernel[SG_GRAPH_STATS];
    unsigned stats; /* bits 1 << sg_graph_stat that papers with this suite report */
} sg_graph_suite;
SG_API extern const sg_graph_suite *const sg_graph_suites[]; /* emd, tv; NULL behind the last */
SG_API const sg_graph_suite *sg_graph_suite_find(const char *name);

/* Descriptors of the graphs of a set; those without nodes are left out. stats: bits
 * 1 << sg_graph_stat. NULL and err: SG_ELIMIT (SG_GRAPH_MAX_SPECTRUM), SG_ENOMEM, SG_ECONV. */
typedef struct sg_graph_profile sg_graph_profile;
SG_API SG_MUST_CHECK sg_graph_profile *sg_graph_profile_new(const sg_graph_set *s, unsigned stats,
                                                            sg_error *err);
SG_API void sg_graph_profile_free(sg_graph_profile *p); /* accepts NULL */
SG_API size_t sg_graph_profile_count(const sg_graph_profile *p);
/* Descriptor of graph i, *len values; owned by p. NULL: the statistic was not asked for. */
SG_API const double *sg_graph_profile_row(const sg_graph_profile *p, sg_graph_stat stat, size_t i,
                                          size_t *len);

/* MMD^2 = mean k(a,a') + mean k(b,b') - 2 mean k(a,b), the diagonal included [GBRSS12]; *out.
 * SG_EINVAL: an empty profile or one without the statistic; SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_graph_mmd(double *out, const sg_graph_suite *suite,
                                            sg_graph_stat stat, const sg_graph_profile *a,
                                            const sg_graph_profile *b, sg_error *err);

typedef struct sg_graph_spread {
    double mean, sd, p05, p95;
} sg_graph_spread;

/* What sg_graph_compare finds for one statistic; NaN: not computed. */
typedef struct sg_graph_score {
    double mmd;            /* MMD^2 of all of gen against ref */
    sg_graph_spread draws; /* of gen, cut in its order into draws of draw_size */
    sg_graph_spread floor; /* of random subsets of train of draw_size against ref */
    double train;          /* MMD^2 of all of train against ref */
    double ratio;          /* draws.mean / floor.mean */
} sg_graph_score;

typedef struct sg_graph_comparison {
    size_t n_ref, n_gen, n_train; /* graphs with nodes */
    size_t draw_size, n_draws;    /* min(n_ref, n_gen), n_gen / draw_size */
    size_t n_floor;               /* subsets drawn; 0: no train set, or one too small */
    sg_graph_score stat[SG_GRAPH_STATS];
    sg_graph_score average; /* of degree, clustering, orbit; ratio: of the averages */
    double ratio_train;     /* mean of draws.mean / train over the suite's statistics, train > 0 */
} sg_graph_comparison;

/* train may be NULL. floor_subsets are drawn without replacement under seed. Statistics that the
 * profiles do not hold are left NaN. SG_EINVAL (empty ref or gen), SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_graph_compare(sg_graph_comparison *c, const sg_graph_suite *suite,
                                                const sg_graph_profile *ref,
                                                const sg_graph_profile *gen,
                                                const sg_graph_profile *train, size_t floor_subsets,
                                                uint64_t seed, sg_error *err);

/* How well a classifier tells gen from ref: L2-penalised logistic regression on standardised
 * descriptors, folds held out in turn. With P = classes weighted alike,
 *   js = max(0, 1 + mean_P log2 p(class | graph))  <=  Jensen-Shannon divergence in bits [KHB26],
 * so 0 = not told apart, 1 = told apart always. */
typedef struct sg_graph_discrepancy {
    double accuracy[SG_GRAPH_STATS], js[SG_GRAPH_STATS]; /* NaN: not in the profiles */
    double best_accuracy, best_js;                       /* of the statistic with the largest js */
    sg_graph_stat best;
    size_t per_class; /* graphs of each class that took part */
} sg_graph_discrepancy;

/* As many graphs of each class as the smaller has, drawn under seed. SG_EINVAL: fewer than 8 of
 * either; SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_graph_discriminate(sg_graph_discrepancy *d,
                                                     const sg_graph_profile *ref,
                                                     const sg_graph_profile *gen, uint64_t seed,
                                                     sg_error *err);

/* Counts over gen: graphs without nodes are counted, as not connected. */
typedef struct sg_graph_counts {
    size_t n, connected;
    size_t unique; /* not isomorphic to an earlier one */
    size_t novel;  /* not isomorphic to a graph of train */
    size_t valid;  /* obey the rule */
    size_t vun;    /* all three */
    int keyed;     /* 0: this build cannot tell isomorphism; unique, novel, vun are 0 */
} sg_graph_counts;

/* train, rule may be NULL: novel, valid then count nothing, and vun asks for the rest.
 * SG_ENOMEM, and what the rule returns. */
SG_API SG_MUST_CHECK sg_status sg_graph_count(sg_graph_counts *c, const sg_graph_set *gen,
                                              const sg_graph_set *train, const sg_graph_rule *rule,
                                              sg_error *err);

SG_END_DECLS
#endif
