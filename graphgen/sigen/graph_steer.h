/* Generating graphs with wanted statistics: the model's law given that every want is met,
 *     p(G) prod_w exp(r_w(G)) / Z,   r_w = 0 where the want is met, else -infinity,
 *     or, with a softness sd > 0, r_w = -distance^2 / (2 sd^2).
 *
 * Populations of particles follow the model's own process; at a few times of the way each particle
 * gets the potential V_t = sum_w t log E exp(r_w) under the graph that the network predicts then
 * (its edges drawn independently), its log-weight grows by the potential's change, and where the
 * effective sample size falls below half, particles are resampled (`sigen/target.h`). At the end
 * the potential is the exact r. This is sequential Monte Carlo with a twisted path of targets
 * [DDJ06]: self-normalised importance sampling, exact as the population grows whatever the
 * potentials are; good potentials only keep the weights even. */
#ifndef SIGEN_GRAPH_STEER_H
#define SIGEN_GRAPH_STEER_H

#include <sigen/graph_generate.h>
#include <sigen/graph_metrics.h>

SG_BEGIN_DECLS

#define SG_GRAPH_MAX_WANTS  8
#define SG_GRAPH_POPULATION 16 /* graphs that a population yields */

/* A rule to obey, or a statistic and where it is wanted. */
typedef struct sg_graph_want {
    const sg_graph_rule *rule;      /* or NULL */
    const sg_graph_statistic *stat; /* or NULL */
    double lo, hi;                  /* the statistic's range */
    double sd;                      /* softness; 0: exactly within the range */
} sg_graph_want;

/* Reads "RULE", "STATISTIC=A-B" (exactly within), "STATISTIC=A" (softness 1, or the statistic's
 * grain), and either with "~SD" behind it. SG_EINVAL: a name that is neither, a bad number. */
SG_API SG_MUST_CHECK sg_status sg_graph_want_parse(sg_graph_want *w, const char *text,
                                                   sg_error *err);
/* r of a graph; *value: of the statistic, or 0 and 1 for a rule. What the rule or statistic
 * returns. */
SG_API SG_MUST_CHECK sg_status sg_graph_want_judge(const sg_graph_want *w, const sg_graph *g,
                                                   double *r, double *value, sg_error *err);
/* SG_ENOTSUP if no graph of lo..hi nodes meets it. */
SG_API SG_MUST_CHECK sg_status sg_graph_want_check(const sg_graph_want *w, int lo, int hi,
                                                   sg_error *err);

typedef struct sg_graph_steer_opts {
    const sg_graph_want *want; /* (n_want) */
    size_t n_want;
    int particles; /* for each graph: a population has SG_GRAPH_POPULATION times as many; 1 .. 256,
                      4 */
} sg_graph_steer_opts;

/* What became of one population. */
typedef struct sg_graph_steered {
    size_t particles, resampled; /* how many at last; resamplings on the way */
    size_t families;             /* distinct ancestors (starts) among the graphs yielded */
    size_t distinct;             /* distinct particles among the graphs yielded */
    double ess;                  /* of the last weights, in particles */
    double log_z;                /* estimate of log Z: of log P(wants) where all have sd = 0 */
    /* of each graph yielded: */
    size_t particle[SG_GRAPH_POPULATION], ancestor[SG_GRAPH_POPULATION];
    double weight[SG_GRAPH_POPULATION]; /* before the last resampling; mean over particles 1 */
    double value[SG_GRAPH_POPULATION][SG_GRAPH_MAX_WANTS];
} sg_graph_steered;

/* Runs population number `population` of the stream o->seed and yields its graphs (out: 16 empty
 * graphs, the caller's), drawn by systematic resampling: their weights are equal, and a particle
 * of large weight comes more than once. A population in which no particle meets the wants is run
 * again, up to three times, with twice as many particles each time. A pure function of (model,
 * options but threads, wants, seed, population). SG_ECONV if none meets them then; else as
 * sg_graph_generate. */
SG_API SG_MUST_CHECK sg_status sg_graph_steer(const sg_graph_model *m,
                                              const sg_graph_generate_opts *o,
                                              const sg_graph_steer_opts *so, uint64_t population,
                                              sg_graph *out, sg_graph_steered *report,
                                              sg_error *err);

SG_END_DECLS
#endif
