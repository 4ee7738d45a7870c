#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/text.h>
#include "closed.h"
#include "data.h"

typedef struct record {
    size_t byte, real; /* offsets of its bytes and floats */
    unsigned char n, h;
} record;

struct sg_mol_data {
    sg_mol_vocab vocab;
    int open; /* vocabulary still grows */
    record *rec;
    unsigned char *byte; /* per molecule: cls n, bond n(n-1)/2, parent h */
    float *real;         /* per molecule: xyz 3n, hxyz 3h, prop Q */
    size_t count, rec_cap, bytes, byte_cap, reals, real_cap;
};

sg_mol_data *sg_mol_data_new(const char *const *props, const char *const *units, int n_props,
                             const sg_mol_vocab *vocab, sg_error *err)
{
    sg_mol_data *d = calloc(1, sizeof *d);
    if (!d || n_props > SG_MOL_MAX_PROPS) {
        free(d);
        sg_fail(err, d ? SG_ELIMIT : SG_ENOMEM, "cannot make a data set of %d properties", n_props);
        return NULL;
    }
    if (vocab) {
        d->vocab = *vocab;
        return d;
    }
    d->open = 1;
    d->vocab.n_props = n_props;
    d->vocab.token_shift = 2;
    d->vocab.hydro_noise = 0.6;
    for (int i = 0; i < n_props; i++) {
        snprintf(d->vocab.prop[i].name, sizeof d->vocab.prop[i].name, "%s", props[i]);
        snprintf(d->vocab.prop[i].unit, sizeof d->vocab.prop[i].unit, "%s", units[i]);
    }
    return d;
}

void sg_mol_data_free(sg_mol_data *d)
{
    if (!d)
        return;
    free(d->rec);
    free(d->byte);
    free(d->real);
    free(d);
}

static int grow(void **p, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return 1;
    size_t c = *cap ? *cap : 4096;
    while (c < need)
        c *= 2;
    void *q = realloc(*p, c * size);
    if (!q)
        return 0;
    *p = q;
    *cap = c;
    return 1;
}

/* Heavy atoms in order, hydrogens by parent: heavy[i] = atom index, parent[atom] for hydrogens. */
typedef struct split {
    int n, h;
    int heavy[SG_MOL_MAX_HEAVY], rank[SG_MOL_MAX_NODES], parent[SG_MOL_MAX_NODES],
        hydrogens[SG_MOL_MAX_HEAVY];
} split;

static sg_status split_atoms(const sg_mol *m, split *s, sg_error *err)
{
    memset(s, 0, sizeof *s);
    if (!m->has_xyz || !m->has_bonds)
        return sg_fail(err, SG_ENOTSUP, "no 3D coordinates or no bonds");
    if (m->n_atoms > SG_MOL_MAX_NODES)
        return sg_fail(err, SG_ENOTSUP, "%d atoms, at most %d", m->n_atoms, SG_MOL_MAX_NODES);
    for (int i = 0; i < m->n_atoms; i++) {
        s->parent[i] = -1;
        if (m->atom[i].radical)
            return sg_fail(err, SG_ENOTSUP, "radical");
        if (m->atom[i].element == 1) {
            s->h++;
            if (m->atom[i].charge)
                return sg_fail(err, SG_ENOTSUP, "charged hydrogen");
            continue;
        }
        if (s->n == SG_MOL_MAX_HEAVY)
            return sg_fail(err, SG_ENOTSUP, "more than %d heavy atoms", SG_MOL_MAX_HEAVY);
        s->rank[i] = s->n;
        s->heavy[s->n++] = i;
    }
    if (s->n == 0)
        return sg_fail(err, SG_ENOTSUP, "no heavy atom");
    for (int k = 0; k < m->n_bonds; k++) {
        int a = m->bond[k].a, b = m->bond[k].b, o = m->bond[k].order;
        int ha = m->atom[a].element == 1, hb = m->atom[b].element == 1;
        if (o < 1 || o > 3)
            return sg_fail(err, SG_ENOTSUP, "bond order %d", o);
        if (ha && hb)
            return sg_fail(err, SG_ENOTSUP, "bond between hydrogens");
        if (!ha && !hb)
            continue;
        int hyd = ha ? a : b, par = ha ? b : a;
        if (s->parent[hyd] >= 0 || o != 1)
            return sg_fail(err, SG_ENOTSUP, "bridging hydrogen");
        s->parent[hyd] = s->rank[par];
        s->hydrogens[s->rank[par]]++;
    }
    for (int i = 0; i < m->n_atoms; i++)
        if (m->atom[i].element == 1 && s->parent[i] < 0)
            return sg_fail(err, SG_ENOTSUP, "unbound hydrogen");
    return SG_OK;
}

static int class_of(sg_mol_data *d, const sg_mol_atom *a, int hydrogens)
{
    sg_mol_vocab *v = &d->vocab;
    int c = sg_mol_vocab_class(v, a->element, a->charge, hydrogens);
    if (c >= 0 || !d->open || v->n_classes == SG_MOL_MAX_CLASSES)
        return c;
    v->cls[v->n_classes] = (sg_mol_class){a->element, a->charge, (unsigned char)hydrogens};
    return v->n_classes++;
}

sg_status sg_mol_data_add(sg_mol_data *d, const sg_mol *m, sg_error *err)
{
    split s;
    sg_status st = split_atoms(m, &s, err);
    if (st != SG_OK)
        return st;
    if (!d->open && s.n > d->vocab.max_heavy)
        return sg_fail(err, SG_ENOTSUP, "%d heavy atoms, the model knows up to %d", s.n,
                       d->vocab.max_heavy);
    size_t pairs = (size_t)s.n * (size_t)(s.n - 1) / 2, Q = (size_t)d->vocab.n_props;
    if (!grow((void **)&d->rec, &d->rec_cap, d->count + 1, sizeof *d->rec) ||
        !grow((void **)&d->byte, &d->byte_cap, d->bytes + (size_t)(s.n + s.h) + pairs, 1) ||
        !grow((void **)&d->real, &d->real_cap, d->reals + 3 * (size_t)(s.n + s.h) + Q,
              sizeof *d->real))
        return sg_fail(err, SG_ENOMEM, "no memory for the data set");
    unsigned char *cls = d->byte + d->bytes, *bond = cls + s.n, *parent = bond + pairs;
    float *xyz = d->real + d->reals, *hxyz = xyz + 3 * s.n, *prop = hxyz + 3 * s.h;
    double mean[3] = {0};
    for (int i = 0; i < s.n; i++) {
        const sg_mol_atom *a = &m->atom[s.heavy[i]];
        int c = class_of(d, a, s.hydrogens[i]);
        if (c < 0)
            return sg_fail(err, SG_ENOTSUP,
                           "%s with charge %d and %d hydrogens is not in the "
                           "vocabulary",
                           sg_element_symbol(a->element), a->charge, s.hydrogens[i]);
        cls[i] = (unsigned char)c;
        for (int x = 0; x < 3; x++)
            mean[x] += a->xyz[x] / s.n;
    }
    for (int i = 0; i < s.n; i++)
        for (int x = 0; x < 3; x++)
            xyz[3 * i + x] = (float)(m->atom[s.heavy[i]].xyz[x] - mean[x]);
    memset(bond, 0, pairs);
    for (int k = 0; k < m->n_bonds; k++) {
        int a = m->bond[k].a, b = m->bond[k].b;
        if (m->atom[a].element == 1 || m->atom[b].element == 1)
            continue;
        int i = s.rank[a], j = s.rank[b];
        if (i > j) {
            int t = i;
            i = j;
            j = t;
        }
        bond[i * s.n - i * (i + 1) / 2 + j - i - 1] = m->bond[k].order;
    }
    int h = 0;
    for (int i = 0; i < s.n; i++)
        for (int a = 0; a < m->n_atoms; a++)
            if (m->atom[a].element == 1 && s.parent[a] == i) {
                parent[h] = (unsigned char)i;
                for (int x = 0; x < 3; x++)
                    hxyz[3 * h + x] = (float)(m->atom[a].xyz[x] - mean[x]);
                h++;
            }
    for (size_t q = 0; q < Q; q++) {
        const char *v = sg_mol_tag_value(m, d->vocab.prop[q].name);
        double y;
        prop[q] = v && sg_parse_double(v, strlen(v), &y, NULL) == SG_OK ? (float)y : NAN;
    }
    d->rec[d->count++] = (record){d->bytes, d->reals, (unsigned char)s.n, (unsigned char)s.h};
    d->bytes += (size_t)(s.n + s.h) + pairs;
    d->reals += 3 * (size_t)(s.n + s.h) + Q;
    return SG_OK;
}

long sg_mol_data_count(const sg_mol_data *d)
{
    return (long)d->count;
}

const sg_mol_vocab *sg_mol_data_vocab(const sg_mol_data *d)
{
    return &d->vocab;
}

void sg_mol_data_get(const sg_mol_data *d, long i, sg_mol_example *e)
{
    const record *r = &d->rec[i];
    e->n = r->n;
    e->h = r->h;
    e->cls = d->byte + r->byte;
    e->bond = e->cls + e->n;
    e->parent = e->bond + e->n * (e->n - 1) / 2;
    e->xyz = d->real + r->real;
    e->hxyz = e->xyz + 3 * e->n;
    e->prop = e->hxyz + 3 * e->h;
}

/* ---- statistics ------------------------------------------------------------------------------ */

static int by_class(const void *pa, const void *pb)
{
    const sg_mol_class *a = pa, *b = pb;
    if (a->element != b->element)
        return a->element - b->element;
    if (a->charge != b->charge)
        return a->charge - b->charge;
    return a->hydrogens - b->hydrogens;
}

static void sort_classes(sg_mol_data *d)
{
    sg_mol_vocab *v = &d->vocab;
    sg_mol_class old[SG_MOL_MAX_CLASSES];
    unsigned char to[SG_MOL_MAX_CLASSES];
    memcpy(old, v->cls, sizeof old);
    qsort(v->cls, (size_t)v->n_classes, sizeof v->cls[0], by_class);
    for (int i = 0; i < v->n_classes; i++)
        to[i] =
            (unsigned char)sg_mol_vocab_class(v, old[i].element, old[i].charge, old[i].hydrogens);
    for (size_t k = 0; k < d->count; k++)
        for (int i = 0; i < d->rec[k].n; i++) {
            unsigned char *c = d->byte + d->rec[k].byte + i;
            *c = to[*c];
        }
}

static void size_statistics(sg_mol_data *d)
{
    sg_mol_vocab *v = &d->vocab;
    double sq[SG_MOL_MAX_HEAVY + 1] = {0};
    for (size_t k = 0; k < d->count; k++) {
        sg_mol_example e;
        sg_mol_data_get(d, (long)k, &e);
        v->sizes[e.n]++;
        if (e.n > v->max_heavy)
            v->max_heavy = e.n;
        if (e.n + e.h > v->max_nodes)
            v->max_nodes = e.n + e.h;
        for (int i = 0; i < 3 * e.n; i++)
            sq[e.n] += (double)e.xyz[i] * (double)e.xyz[i] / (3 * e.n);
    }
    double last = 1;
    for (int n = 1; n <= v->max_heavy; n++) {
        /* sizes without data take the nearest smaller one's level */
        if (n > 1 && v->sizes[n] > 0)
            last = sqrt(sq[n] / v->sizes[n] * n / (n - 1));
        v->noise_sd[n] = last;
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static sg_status prop_statistics(sg_mol_data *d, int q, sg_error *err)
{
    sg_mol_prop *p = &d->vocab.prop[q];
    double *y = malloc((d->count + 1) * sizeof *y), n[SG_MOL_MAX_HEAVY + 1] = {0};
    double sq[SG_MOL_MAX_HEAVY + 1] = {0}, sum = 0, sum2 = 0;
    size_t k = 0;
    if (!y)
        return sg_fail(err, SG_ENOMEM, "no memory for property statistics");
    for (size_t i = 0; i < d->count; i++) {
        sg_mol_example e;
        sg_mol_data_get(d, (long)i, &e);
        if (isnan(e.prop[q]))
            continue;
        y[k++] = (double)e.prop[q];
        n[e.n]++;
        p->size_mean[e.n] += (double)e.prop[q];
        sq[e.n] += (double)e.prop[q] * (double)e.prop[q];
    }
    if (k < 2) {
        free(y);
        return sg_fail(err, SG_EINVAL, "property %s is known for %zu molecules only", p->name, k);
    }
    for (size_t i = 0; i < k; i++)
        sum += y[i] / (double)k;
    for (size_t i = 0; i < k; i++)
        sum2 += (y[i] - sum) * (y[i] - sum) / (double)k;
    p->mean = sum;
    p->sd = fmax(sqrt(sum2), 1e-9);
    for (int i = 1; i <= d->vocab.max_heavy; i++) {
        if (n[i] > 0)
            p->size_mean[i] /= n[i];
        else
            p->size_mean[i] = p->mean;
        double var = n[i] > 1 ? sq[i] / n[i] - p->size_mean[i] * p->size_mean[i] : sum2;
        p->size_sd[i] = sqrt(fmax(var, 1e-4 * sum2));
    }
    qsort(y, k, sizeof *y, by_value);
    p->min = y[0];
    p->max = y[k - 1];
    p->q001 = y[(size_t)(0.001 * (double)(k - 1))];
    p->q999 = y[(size_t)(0.999 * (double)(k - 1))];
    free(y);
    return SG_OK;
}

static void shell_statistics(sg_mol_data *d)
{
    sg_mol_vocab *v = &d->vocab;
    int cls[SG_MOL_MAX_HEAVY], bond[SG_MOL_MAX_HEAVY * (SG_MOL_MAX_HEAVY - 1) / 2];
    v->closed_shell = 1;
    for (size_t k = 0; k < d->count; k++) {
        sg_mol_example e;
        int charge;
        sg_mol_data_get(d, (long)k, &e);
        for (int i = 0; i < e.n; i++)
            cls[i] = e.cls[i];
        for (int i = 0; i < e.n * (e.n - 1) / 2; i++)
            bond[i] = e.bond[i];
        v->closed_shell &= sg_mol_shells_closed(v, e.n, cls, bond, &charge);
        v->net_charge[0] = k == 0 || charge < v->net_charge[0] ? charge : v->net_charge[0];
        v->net_charge[1] = k == 0 || charge > v->net_charge[1] ? charge : v->net_charge[1];
    }
}

sg_status sg_mol_data_finish(sg_mol_data *d, sg_error *err)
{
    if (!d->open) {
        shell_statistics(d);
        return SG_OK;
    }
    if (d->count == 0)
        return sg_fail(err, SG_EPARSE, "no usable molecule in the data");
    d->open = 0;
    sort_classes(d);
    shell_statistics(d);
    size_statistics(d);
    for (int q = 0; q < d->vocab.n_props; q++) {
        sg_status s = prop_statistics(d, q, err);
        if (s != SG_OK)
            return s;
    }
    return SG_OK;
}
