#include <config.h>
#include <sigen/protein.h>

#include <stdlib.h>
#include <string.h>

void sg_protein_clear(sg_protein *p)
{
    free(p->residue);
    free(p->chain);
    *p = (sg_protein){0};
}

void sg_protein_reset(sg_protein *p)
{
    sg_protein keep = {.residue = p->residue,
                       .chain = p->chain,
                       .cap = p->cap,
                       .cap_chains = p->cap_chains,
                       .model = 1,
                       .cluster = -1};
    *p = keep;
}

/* Room for one more of `size` bytes in an array of *cap; NULL when there is no memory. */
static void *grow(void *array, size_t *cap, size_t used, size_t size)
{
    if (used < *cap)
        return array;
    size_t want = *cap ? 2 * *cap : 16;
    void *p = realloc(array, want * size);
    if (p)
        *cap = want;
    return p;
}

sg_status sg_protein_copy(sg_protein *dst, const sg_protein *src, sg_error *err)
{
    if (dst == src)
        return SG_OK;
    sg_protein q = *src;
    q.cap = src->n;
    q.cap_chains = src->n_chains;
    q.residue = malloc((src->n + !src->n) * sizeof *q.residue);
    q.chain = malloc((src->n_chains + !src->n_chains) * sizeof *q.chain);
    if (!q.residue || !q.chain) {
        free(q.residue);
        free(q.chain);
        return sg_fail(err, SG_ENOMEM, "no memory to copy %zu residues", src->n);
    }
    if (src->n)
        memcpy(q.residue, src->residue, src->n * sizeof *q.residue);
    if (src->n_chains)
        memcpy(q.chain, src->chain, src->n_chains * sizeof *q.chain);
    sg_protein_clear(dst);
    *dst = q;
    return SG_OK;
}

sg_status sg_protein_add_chain(sg_protein *p, const char *id, sg_error *err)
{
    size_t len = strlen(id);
    if (len > SG_PROTEIN_CHAIN_ID)
        return sg_fail(err, SG_ELIMIT, "chain identifier \"%.40s\" is longer than %d", id,
                       SG_PROTEIN_CHAIN_ID);
    sg_protein_chain *c = grow(p->chain, &p->cap_chains, p->n_chains, sizeof *c);
    if (!c)
        return sg_fail(err, SG_ENOMEM, "no memory for another chain");
    p->chain = c;
    c += p->n_chains++;
    memcpy(c->id, id, len + 1);
    c->first = p->n;
    c->n = 0;
    return SG_OK;
}

sg_status sg_protein_add_residue(sg_protein *p, const sg_protein_residue *r, sg_error *err)
{
    if (p->n_chains == 0)
        return sg_fail(err, SG_EINVAL, "a residue needs a chain");
    if (p->n >= SG_PROTEIN_MAX_RESIDUES)
        return sg_fail(err, SG_ELIMIT, "more than %d residues", SG_PROTEIN_MAX_RESIDUES);
    sg_protein_residue *a = grow(p->residue, &p->cap, p->n, sizeof *a);
    if (!a)
        return sg_fail(err, SG_ENOMEM, "no memory for more than %zu residues", p->n);
    p->residue = a;
    p->residue[p->n++] = *r;
    p->chain[p->n_chains - 1].n++;
    return SG_OK;
}

static double distance2(const double *a, const double *b)
{
    double s = 0;
    for (int c = 0; c < 3; c++)
        s += (a[c] - b[c]) * (a[c] - b[c]);
    return s;
}

int sg_protein_linked(const sg_protein_residue *a, const sg_protein_residue *b)
{
    if ((a->have & SG_PROTEIN_HAS(SG_PROTEIN_C)) && (b->have & SG_PROTEIN_HAS(SG_PROTEIN_N)))
        return distance2(a->xyz[SG_PROTEIN_C], b->xyz[SG_PROTEIN_N]) <= 2.5 * 2.5;
    return (a->have & b->have & SG_PROTEIN_HAS(SG_PROTEIN_CA)) &&
           distance2(a->xyz[SG_PROTEIN_CA], b->xyz[SG_PROTEIN_CA]) <= 4.3 * 4.3;
}

void sg_protein_ideal_cb(double cb[3], const double n[3], const double ca[3], const double c[3])
{
    double b[3], d[3];
    for (int k = 0; k < 3; k++) {
        b[k] = ca[k] - n[k];
        d[k] = c[k] - ca[k];
    }
    for (int k = 0; k < 3; k++) {
        int k1 = (k + 1) % 3, k2 = (k + 2) % 3;
        double a = b[k1] * d[k2] - b[k2] * d[k1];
        cb[k] = ca[k] - 0.58273431 * a + 0.56802827 * b[k] - 0.54067466 * d[k];
    }
}

size_t sg_protein_add_cb(sg_protein *p)
{
    const unsigned need =
        SG_PROTEIN_HAS(SG_PROTEIN_N) | SG_PROTEIN_HAS(SG_PROTEIN_CA) | SG_PROTEIN_HAS(SG_PROTEIN_C);
    size_t added = 0;
    for (size_t i = 0; i < p->n; i++) {
        sg_protein_residue *r = &p->residue[i];
        if (r->code == 'G' || (r->have & need) != need || (r->have & SG_PROTEIN_HAS(SG_PROTEIN_CB)))
            continue;
        sg_protein_ideal_cb(r->xyz[SG_PROTEIN_CB], r->xyz[SG_PROTEIN_N], r->xyz[SG_PROTEIN_CA],
                            r->xyz[SG_PROTEIN_C]);
        r->have |= SG_PROTEIN_HAS(SG_PROTEIN_CB);
        added++;
    }
    return added;
}
