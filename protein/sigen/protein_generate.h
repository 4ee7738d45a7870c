/* Generating protein backbones with a trained model (doc/protein-net.md): CA traces by flow
 * matching, N, C, O and CB placed on them by sg_protein_rebuild. */
#ifndef SIGEN_PROTEIN_GENERATE_H
#define SIGEN_PROTEIN_GENERATE_H

#include <stdint.h>

#include <sigen/protein.h>

SG_BEGIN_DECLS

/* A model file in memory: const once opened, shared by threads. */
typedef struct sg_protein_model sg_protein_model;
/* NULL and err: SG_EIO, SG_EMODEL (no such model, broken), SG_ENAN (weights), SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_protein_model *sg_protein_model_open(const char *path, sg_error *err);
SG_API void sg_protein_model_free(sg_protein_model *m); /* accepts NULL */
SG_API const char *sg_protein_model_hash(const sg_protein_model *m);

typedef struct sg_protein_model_facts {
    size_t parameters;
    int shortest, longest; /* residues of the training chains */
    int steps;             /* defaults of the sampler */
    double gamma, noise_scale;
    int few; /* distilled: a generator of few steps */
} sg_protein_model_facts;
SG_API void sg_protein_model_about(const sg_protein_model *m, sg_protein_model_facts *f);

/* A stretch of the chain: lo to hi residues to generate, each number equally likely, or lo = hi
 * residues of a motif whose CA atoms are given. */
typedef struct sg_protein_piece {
    int lo, hi;
    const double (*ca)[3]; /* (lo) angstrom, any frame, one for all motif pieces; NULL: generate */
} sg_protein_piece;

typedef struct sg_protein_generate_opts {
    int min_length, max_length;    /* residues, each length equally likely; within the model's */
    const sg_protein_piece *piece; /* (n_pieces) the chain from its N terminus; then lengths are
                                      theirs. The motif's CA keep their distances exactly */
    size_t n_pieces;
    const double (*start)[3]; /* (n_start) CA, angstrom: not from noise, but from this chain, */
    int n_start;              /* noised to t = from; then its length is the chain's */
    double from;
    int steps; /* network evaluations */
    int few;   /* at the times of a distilled generator (sigen/distill.h) */
    int even;  /* else even ones instead of (k/steps)^0.7 */
    const char *sampler; /* name of a sampler of the core: "ddim-eps" */
    /* noise of the SDE relative to the reverse one, and a factor of its temperature: every normal
     * drawn on the way is times sqrt(noise_scale). Other values than 1 change the law. */
    double gamma, noise_scale;
    int project;          /* hold the estimate to bonds and clashes for t >= 0.5 (constraint.h) */
    int ladders;          /* with project: and to the geometry of paired strands */
    double helix, strand; /* wanted shares of residues; negative: not asked */
    const char *ss; /* wanted structure, a letter a residue: H, E, - (neither), anything else free;
                       its length is the chain's. NULL: not asked */
    /* where nothing else is asked, each sample is asked for the structure of a piece of a training
     * chain: the law of the data as p(structure) p(chain | structure) */
    int draw_structure;
    double guidance; /* of helix, strand and ss: 1 as trained, more is stronger */
    uint64_t seed;
    int threads;
    const char *isa;          /* kernels, NULL: the best of this machine */
    const volatile int *stop; /* not NULL: ends with SG_EINTR at the first step that finds *stop
                                 not 0 */
} sg_protein_generate_opts;

/* The model's own defaults; lengths as trained; ddim-eps; projected; structures drawn. */
SG_API void sg_protein_generate_defaults(const sg_protein_model *m, sg_protein_generate_opts *o);

/* Generates samples first .. first+count-1 of the seed's sequence into out (count) initialised
 * proteins, whose contents are replaced: one chain "A" of alanines; B = 100 x confidence, the share
 * of the last estimates' agreement (doc/protein-net.md). A sample is a function of model, options,
 * seed and its number alone: not of threads, count or first. SG_EINVAL (options), SG_ENOTSUP
 * (lengths), SG_ENOMEM, SG_ENAN, SG_EINTR; then `out` holds what was finished, the others are
 * empty. */
SG_API SG_MUST_CHECK sg_status sg_protein_generate(const sg_protein_model *m,
                                                   const sg_protein_generate_opts *o,
                                                   uint64_t first, size_t count, sg_protein *out,
                                                   sg_error *err);

/* Sample `id` as far as it is known without generating it: its chain and residues, without atoms.
 * Errors as above. */
SG_API SG_MUST_CHECK sg_status sg_protein_generate_outline(const sg_protein_model *m,
                                                           const sg_protein_generate_opts *o,
                                                           uint64_t id, sg_protein *out,
                                                           sg_error *err);

SG_END_DECLS
#endif
