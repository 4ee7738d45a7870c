/* What the files of the structure alignment share. */
#ifndef SG_PROTEIN_TM_H
#define SG_PROTEIN_TM_H

/* An alignment under way; arrays belong to it. */
typedef struct sg_i_tm {
    const double *x, *y; /* (nx,3), (ny,3) */
    int nx, ny, shorter;
    double d0, d0_search, d8; /* of the search now */
    double norm;              /* length the scores are divided by */
    double d0_min;
    char *sx, *sy;           /* (nx), (ny) secondary structure */
    double *xt;              /* (nx,3) x rotated */
    float *score;            /* (nx,ny) of the dynamic program */
    float *value;            /* (nx+1,ny+1) */
    unsigned char *diagonal; /* (nx+1,ny+1) came over a match */
    int *px, *py;            /* (shorter) pairs of an alignment */
    int *fx, *fy;            /* (shorter) pairs that were close */
    int *lx, *ly;            /* the same of the last round */
    double *d;               /* (shorter) squared distances of pairs */
    int *map, *best, *trial; /* (ny) index in x or -1 */
    double best_tm, rot[9], shift[3];
} sg_i_tm;

static inline double sg_i_tm_square(const double *a, const double *b)
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return x * x + y * y + z * z;
}

static inline void sg_i_tm_move(double out[3], const double r[9], const double t[3],
                                const double *x)
{
    for (int a = 0; a < 3; a++)
        out[a] = r[3 * a] * x[0] + r[3 * a + 1] * x[1] + r[3 * a + 2] * x[2] + t[a];
}

/* Pairs of a map into px, py; how many. */
int sg_i_tm_pairs(const sg_i_tm *t, const int *map, int *px, int *py);

/* The largest TM-score of the n pairs in px, py over superpositions, begun from pieces of the
 * alignment every `step` pairs. rot, shift: that superposition. all: pairs beyond d8 count too. */
double sg_i_tm_search(sg_i_tm *t, int n, int step, int all, double rot[9], double shift[3]);

/* Three superpositions, each over the pairs that the last left close: a quick guess of the score.
 */
double sg_i_tm_guess(sg_i_tm *t, int n);

#endif
