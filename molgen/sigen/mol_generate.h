/* Generating molecules with a trained model: heavy atoms first, then their hydrogens. */
#ifndef SIGEN_MOL_GENERATE_H
#define SIGEN_MOL_GENERATE_H

#include <sigen/mol.h>

SG_BEGIN_DECLS

/* A loaded model: const, shared by threads. */
typedef struct sg_mol_model sg_mol_model;

/* Reads a model file. NULL and err on failure (SG_EMODEL, SG_EIO, SG_ENOMEM). */
SG_API SG_MUST_CHECK sg_mol_model *sg_mol_model_open(const char *path, sg_error *err);
SG_API void sg_mol_model_free(sg_mol_model *m); /* accepts NULL */
/* First 12 digits of the file's SHA-256. */
SG_API const char *sg_mol_model_hash(const sg_mol_model *m);

/* A property the model can be asked for; values in its own unit. */
typedef struct sg_mol_property {
    const char *name, *unit;
    double mean, sd, min, max, q001, q999; /* of the training data */
} sg_mol_property;
SG_API int sg_mol_model_properties(const sg_mol_model *m); /* how many */
SG_API sg_mol_property sg_mol_model_property(const sg_mol_model *m, int i);
/* 1: the model has a regressor of them (sg_mol_predict). */
SG_API int sg_mol_model_predicts(const sg_mol_model *m);

#define SG_MOL_TARGETS    16
#define SG_MOL_CANDIDATES 32

typedef struct sg_mol_generate_opts {
    uint64_t seed;
    int steps;           /* network evaluations of the heavy stage, 1 .. 10000; 100 */
    int hydro_steps;     /* of the hydrogen stage; 10 */
    const char *sampler; /* for the heavy coordinates, a name of sg_samplers; "exp2" */
    double remask;       /* re-masking rate of tokens, eta; 20 */
    double slack;        /* how much re-masking near the end may exceed the training law; 1 */
    double temperature;  /* of token probabilities; 1 is the model's law, other values change it */
    int open_valences;   /* 1: the last step decides each atom and bond by itself; 0 (below) */
    double noise;        /* factor of the coordinates' noise for stochastic samplers; 1 */
    double guidance;     /* classifier-free guidance weight of targets; 1 = conditional law */
    int candidates;      /* samples made for each molecule, 1 .. SG_MOL_CANDIDATES, of which a
                            regressor's reading of the targets chooses one; 1 = no choice */
    const sg_mol_model *regressor; /* what chooses; NULL = the model's own */
    int min_heavy, max_heavy;      /* sizes, 0 = as in the training data */
    int atoms;                     /* total number of atoms wanted, 0 = any */
    const int *formula; /* (119) atoms wanted of each element, kept exactly; NULL = any */
    int n_targets;
    struct {
        int property; /* index as in sg_mol_model_property */
        double value; /* in its unit */
    } target[SG_MOL_TARGETS];
    const char *isa;          /* kernels: "v4", "v3", "generic"; NULL = the best of this machine */
    int threads;              /* 1 .. 256 */
    int tries;                /* attempts per sample to meet atoms or formula, up to 10^6; 200 */
    const volatile int *stop; /* non-zero: return SG_EINTR at the next step; may be NULL */
} sg_mol_generate_opts;

SG_API void sg_mol_generate_defaults(sg_mol_generate_opts *o);

/* Generates the molecules number first .. first+count-1 of the stream `seed` into out (count empty
 * molecules, owned by the caller). Molecule k is a pure function of (model, options but threads,
 * seed, k): batches and threads do not matter. Raw samples: nothing is repaired or filtered; only
 * atoms and formula repeat a molecule until it fits, at most `tries` times (then out[k] is empty
 * and *missed counts it), and candidates are chosen from (below).
 *
 * Where all training data have closed shells, the last step decides atoms and bonds that are still
 * open together: under the condition that shells close and the net charge is one of the data's, by
 * up to 1000 draws from its prediction. What then is still open stays open, but does not fit where
 * atoms or a formula are asked for.
 *
 * With K candidates a molecule is one of K such samples (the first is that of K = 1), kept with
 * probability proportional to prod_q N(y_q; f_q(x), s_q^2) over the targets y: f the regressor, s_q
 * a twentieth of the property's standard deviation in the regressor's data (sampling, importance,
 * resampling [Rub88]). Samples that f cannot read (radicals, for example: sg_mol_predict) are kept
 * only where it can read none of the K. A molecule is missed where all K are. The time is K times
 * as long.
 *
 * SG_EINVAL, SG_ENOTSUP (a size, element, property or composition that the model cannot make; a
 * regressor that is none or does not know a target in its unit), SG_ENAN, SG_ENOMEM, SG_EINTR. */
SG_API SG_MUST_CHECK sg_status sg_mol_generate(const sg_mol_model *m, const sg_mol_generate_opts *o,
                                               uint64_t first, size_t count, sg_mol *out,
                                               size_t *missed, sg_error *err);

SG_END_DECLS
#endif
