/* Inside int8: one matrix, and the kernels of one instruction set. */
#ifndef SG_NN_Q8_H
#define SG_NN_Q8_H

#include <stdint.h>

#include <sigen/q8.h>

enum {
    SG_Q8_COLS = 16, /* columns of a block */
    SG_Q8_ROWS = 16  /* rows of inputs that meet a block while it is near */
};

/* Q in blocks of 16 columns, within a block 4 rows at a time: w[c / 16][k / 4][c % 16][k % 4],
 * padded with zeros. */
typedef struct sg_q8_matrix {
    int rows, cols;
    const int8_t *w;
    const float *inverse; /* (rows) 1/in_k */
    const float *scale;   /* (cols, padded) s_c */
    const int32_t *shift; /* (cols, padded) 128 sum_k Q_kc: inputs are q(x) + 128 */
} sg_q8_matrix;

/* y (m, cols) (+)= the product + bias (NULL: none). scratch: sg_q8_scratch bytes. */
typedef void sg_q8_fn(float *y, long ldy, const float *x, long ldx, int m, const sg_q8_matrix *q,
                      const float *bias, int add, unsigned char *scratch);

typedef struct sg_q8_isa {
    const char *name;
    sg_q8_fn *product;
} sg_q8_isa;

extern const sg_q8_isa sg_i_q8_generic, sg_i_q8_v3, sg_i_q8_v4, sg_i_q8_vnni;

struct sg_q8 {
    int count, n; /* parameters; matrices */
    const sg_q8_isa *isa;
    const sg_q8_matrix **at; /* (count) NULL: stays in floating point */
    sg_q8_matrix *matrix;    /* (count) */
    unsigned char **stored;  /* (count) Q + 128 as in a file */
    float **scale, **in;     /* (count) s_c, in_k */
};

static inline size_t sg_q8_padded(const sg_q8_matrix *q)
{
    return ((size_t)q->rows + 63) / 64 * 64;
}

/* the integers of SG_Q8_ROWS rows, then the inputs of one over their steps */
static inline size_t sg_q8_scratch(const sg_q8_matrix *q)
{
    return (SG_Q8_ROWS + sizeof(float)) * sg_q8_padded(q);
}

#endif
