#include <config.h>

#include <math.h>
#include <string.h>

#include "batch.h"

sg_status sg_protein_buffer_init(sg_protein_buffer *b, sg_arena *a, const int *length, int count,
                                 sg_error *err)
{
    memset(b, 0, sizeof *b);
    int *nodes = sg_arena_alloc(a, (size_t)count, sizeof *nodes);
    b->residue0 = sg_arena_zeros(a, (size_t)count + 1, sizeof *b->residue0);
    if (!nodes || !b->residue0)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %d chains", count);
    for (int k = 0; k < count; k++) {
        nodes[k] = length[k] / SG_PROTEIN_PATCH;
        b->residue0[k + 1] = b->residue0[k] + length[k];
    }
    b->residues = b->residue0[count];
    sg_status s = sg_layout_init(&b->in.lay, a, nodes, count, err);
    if (s != SG_OK)
        return s;
    size_t n = (size_t)b->in.lay.n_nodes, m = (size_t)b->in.lay.n_pairs, S = (size_t)count;
    b->cls = sg_arena_zeros(a, n, sizeof *b->cls);
    b->offset = sg_arena_zeros(a, m, sizeof *b->offset);
    b->t = sg_arena_zeros(a, S, sizeof *b->t);
    b->prop = sg_arena_zeros(a, 2 * S, sizeof *b->prop);
    b->known = sg_arena_zeros(a, 2 * S, 1);
    b->points = sg_arena_zeros(a, n * 3 * SG_PROTEIN_PATCH, sizeof *b->points);
    b->points_s = sg_arena_zeros(a, n * 3 * SG_PROTEIN_PATCH, sizeof *b->points_s);
    b->vec = sg_arena_zeros(a, n * 3 * 2 * SG_PATCH_VECTORS, sizeof *b->vec);
    b->node_feat = sg_arena_zeros(a, n * SG_PATCH_FEATURES, sizeof *b->node_feat);
    b->pair_feat = sg_arena_zeros(a, m * SG_PATCH_PAIR, sizeof *b->pair_feat);
    if (!b->cls || !b->offset || !b->t || !b->prop || !b->known || !b->points || !b->points_s ||
        !b->vec || !b->node_feat || !b->pair_feat)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %d chains", count);
    for (int k = 0; k < count; k++) {
        int T = nodes[k], p = b->in.lay.pair0[k];
        for (int i = 0; i < T; i++) {
            sg_patch_place(b->node_feat + (long)(b->in.lay.node0[k] + i) * SG_PATCH_FEATURES +
                               SG_PATCH_PLACES,
                           i);
            for (int j = i + 1; j < T; j++)
                b->offset[p++] = j - i - 1;
        }
    }
    b->in.cls = b->cls;
    b->in.pair = b->offset;
    b->in.t = b->t;
    b->in.prop = b->prop;
    b->in.known = b->known;
    b->in.x = b->points;
    b->in.vec = b->vec;
    b->in.node_feat = b->node_feat;
    return SG_OK;
}

static int length_of(const sg_protein_buffer *b, int k)
{
    return b->residue0[k + 1] - b->residue0[k];
}

static sg_real *node_row(const sg_protein_buffer *b, int k)
{
    return b->node_feat + (long)b->in.lay.node0[k] * SG_PATCH_FEATURES;
}

/* points, vectors and scalars of one of the two structures that the network sees */
static void see(sg_protein_buffer *b, int k, const double *x, sg_real *points, int col, int feat)
{
    int n = length_of(b, k);
    long node = b->in.lay.node0[k];
    sg_patch_points(points + node * 3 * SG_PROTEIN_PATCH, x, n);
    sg_patch_vectors(b->vec + node * 3 * 2 * SG_PATCH_VECTORS, 2 * SG_PATCH_VECTORS, col, x, n);
    sg_patch_scalars(node_row(b, k) + feat, SG_PATCH_FEATURES, x, NULL, n);
}

void sg_protein_buffer_state(sg_protein_buffer *b, int k, const double *x, double t)
{
    b->t[k] = t;
    see(b, k, x, b->points, 0, SG_PATCH_OF_X);
}

void sg_protein_buffer_previous(sg_protein_buffer *b, int k, const double *xs)
{
    see(b, k, xs, b->points_s, SG_PATCH_VECTORS, SG_PATCH_OF_XS);
    b->in.xs = b->points_s;
}

void sg_protein_buffer_ask(sg_protein_buffer *b, int k, const sg_protein_ask *ask)
{
    static const char letter[] = "HE-";
    int n = length_of(b, k);
    sg_real *row = node_row(b, k);
    if (ask->has_share) {
        b->known[2 * k] = b->known[2 * k + 1] = 1;
        b->prop[2 * k] = (ask->helix - 0.35) / 0.25; /* about mean and spread of real chains */
        b->prop[2 * k + 1] = (ask->strand - 0.25) / 0.2;
    }
    for (int i = 0; i < n && ask->ss; i++) {
        const char *p = ask->ss[i] ? strchr(letter, ask->ss[i]) : NULL;
        if (p)
            row[(long)(i / SG_PROTEIN_PATCH) * SG_PATCH_FEATURES + SG_PATCH_SS +
                3 * (i % SG_PROTEIN_PATCH) + (p - letter)] = 1;
    }
    if (!ask->fixed)
        return;
    sg_patch_scalars(row + SG_PATCH_OF_MOTIF, SG_PATCH_FEATURES, ask->motif, ask->fixed, n);
    for (int i = 0; i < n; i++)
        row[(long)(i / SG_PROTEIN_PATCH) * SG_PATCH_FEATURES + SG_PATCH_FIXED +
            i % SG_PROTEIN_PATCH] = ask->fixed[i];
    sg_patch_pairs(b->pair_feat + (long)b->in.lay.pair0[k] * SG_PATCH_PAIR, ask->motif, ask->fixed,
                   n);
    b->in.pair_feat = b->pair_feat;
}

sg_status sg_protein_buffer_record(sg_protein_buffer *b, sg_arena *a, sg_error *err)
{
    size_t n = (size_t)b->in.lay.n_nodes;
    b->in.dx = sg_arena_zeros(a, n * 3 * SG_PROTEIN_PATCH, sizeof *b->in.dx);
    b->in.dvec = sg_arena_zeros(a, n * 3 * 2 * SG_PATCH_VECTORS, sizeof *b->in.dvec);
    b->in.dnode = sg_arena_zeros(a, n * SG_PATCH_FEATURES, sizeof *b->in.dnode);
    if (!b->in.dx || !b->in.dvec || !b->in.dnode)
        return sg_fail(err, SG_ENOMEM, "work space is too small for the batch");
    return SG_OK;
}

void sg_protein_buffer_pull(const sg_protein_buffer *b, int k, const double *x, double *dx)
{
    int n = length_of(b, k);
    long node = b->in.lay.node0[k];
    sg_patch_points_pull(dx, b->in.dx + node * 3 * SG_PROTEIN_PATCH, n);
    sg_patch_vectors_pull(dx, b->in.dvec + node * 3 * 2 * SG_PATCH_VECTORS, 2 * SG_PATCH_VECTORS, 0,
                          x, n);
    sg_patch_scalars_pull(dx, b->in.dnode + node * SG_PATCH_FEATURES + SG_PATCH_OF_X,
                          SG_PATCH_FEATURES, x, n);
}

void sg_protein_buffer_unask(sg_protein_buffer *b)
{
    memset(b->known, 0, 2 * (size_t)b->in.lay.n_samples);
    for (int i = 0; i < b->in.lay.n_nodes; i++)
        memset(b->node_feat + (long)i * SG_PATCH_FEATURES + SG_PATCH_OF_MOTIF, 0,
               (SG_PATCH_PLACES - SG_PATCH_OF_MOTIF) * sizeof *b->node_feat);
    b->in.pair_feat = NULL;
}

void sg_protein_estimate(double *x1, const double *x, double t, const sg_tensor *f, int node0,
                         int n)
{
    double q = t * t + (1 - t) * (1 - t), skip = t / q, out = (1 - t) / sqrt(q);
    for (int i = 0; i < n; i++)
        for (int c = 0; c < 3; c++) {
            long row = 3L * (node0 + i / SG_PROTEIN_PATCH) + c;
            x1[3 * i + c] =
                skip * x[3 * i + c] + out * (double)f->x[row * f->ld + i % SG_PROTEIN_PATCH];
        }
    sg_space_centred.project(x1, (size_t)n, 3);
}

void sg_protein_estimate_pull(double *d1, double t, const sg_tensor *f, int node0, int n,
                              double *dx)
{
    double q = t * t + (1 - t) * (1 - t), skip = t / q, out = (1 - t) / sqrt(q);
    sg_space_centred.project(d1, (size_t)n, 3);
    for (int i = 0; i < n; i++)
        for (int c = 0; c < 3; c++) {
            long row = 3L * (node0 + i / SG_PROTEIN_PATCH) + c;
            f->dx[row * f->ld + i % SG_PROTEIN_PATCH] += (sg_real)(out * d1[3 * i + c]);
            if (dx)
                dx[3 * i + c] = skip * d1[3 * i + c];
        }
}
