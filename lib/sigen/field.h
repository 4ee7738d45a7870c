/* Fields made of fields: guidance and other combinations, transfer to another path, corrected
 * predictions. Each holds references to the caller's fields and uses memory from the caller's
 * arena; one per thread. */
#ifndef SIGEN_FIELD_H
#define SIGEN_FIELD_H

#include <sigen/system.h>

SG_BEGIN_DECLS

#define SG_MAX_FIELDS 8

/* sum_i w_i f_i in the common native parameter (sum w = 1: classifier-free guidance with (1 - k,
 * k), which is *not* the tilted law: see target.h for that); class probabilities as prod p_i^{w_i},
 * normalised [HS22]. Every f_i sees the combined previous prediction. */
typedef struct sg_combo {
    size_t n;
    const sg_field *f[SG_MAX_FIELDS];
    double w[SG_MAX_FIELDS]; /* may be changed between evaluations */
    double *mem;
    sg_pred *pred, **ptr;
    size_t max_count, max_values;
} sg_combo;

/* max_count states of together max_values prediction values (sg_pred_values). Fills *out. SG_EINVAL
 * when the fields differ in system or parameters; SG_ENOTSUP (D1 on a curved space); SG_ENOMEM.
 * Evaluation: SG_ELIMIT beyond the maxima. */
SG_API SG_MUST_CHECK sg_status sg_combo_init(sg_combo *c, sg_field *out, const sg_field *const *f,
                                             const double *w, size_t n, size_t max_count,
                                             size_t max_values, sg_arena *arena, sg_error *err);

/* Prediction values that one state takes (what sg_state_init reserves). */
SG_API size_t sg_pred_values(const sg_state *s);

/* A field trained on system A (one-sided paths) serving system B that differs in its paths only: at
 * equal half log-SNR lam, x_A = x_B beta_A/beta_B (about mu), D1 is the same. Where A's path has no
 * such lam, its nearest end is taken. Answers in D1; a field of another parameter sees no previous
 * prediction. All
 * continuous components must be flat and share the clock: SG_ENOTSUP otherwise. Tokens pass
 * through. */
typedef struct sg_transfer {
    const sg_field *f;
    const sg_system *sys;
    sg_state *state;
    const sg_state **ptr;
    double *mem;
    size_t max_count, max_values;
} sg_transfer;
SG_API SG_MUST_CHECK sg_status sg_transfer_init(sg_transfer *c, sg_field *out, const sg_field *f,
                                                const sg_system *sys, size_t max_count,
                                                size_t max_values, sg_arena *arena, sg_error *err);

/* A field whose D1 is corrected before samplers see it: `fix` edits the prediction of one state in
 * place, continuous components as D1, tokens as probabilities (projection on bonds, limits, ...).
 * The inner field must be one-sided or give D1. Answers in D1. */
typedef struct sg_fixed_field {
    const sg_field *f;
    void (*fix)(void *user, double t, const sg_state *s, sg_pred *pred);
    void *user;
} sg_fixed_field;
SG_API SG_MUST_CHECK sg_status sg_fixed_field_init(
    sg_fixed_field *c, sg_field *out, const sg_field *f,
    void (*fix)(void *user, double t, const sg_state *s, sg_pred *pred), void *user, sg_error *err);

SG_END_DECLS
#endif
