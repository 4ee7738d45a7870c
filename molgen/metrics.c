#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <sigen/mol_io.h>
#include <sigen/mol_metrics.h>
#include "chem.h"
#include "metrics.h"

enum { BLOCK = 1024 };

const char *sg_i_valid_by(void)
{
    return sg_i_chem_available() ? "rdkit" : "sigen";
}

static sg_status measure(sg_i_row *r, const sg_mol *m, int judge, sg_error *err)
{
    int exact = 0;
    sg_status s = sg_mol_canon(r->key, NULL, NULL, &exact, m, err);
    r->exact = exact != 0;
    r->n_atoms = m->n_atoms;
    if (s == SG_OK)
        s = sg_i_features(&r->feature, &r->n_features, m, err);
    if (s != SG_OK || !judge)
        return s;
    s = sg_mol_judge(&r->judgement, m, err);
    r->judged = m->has_xyz && m->n_atoms > 0 && m->n_atoms <= SG_I_MEASURE;
    if (s == SG_OK && r->judged) {
        r->edm_stable = sg_mol_edm_stable(m);
        s = sg_mol_geometry_check(&r->defects, m, err);
    }
    if (s != SG_OK || !m->has_bonds || m->n_atoms == 0)
        return s;
    int valid = sg_i_chem_available() ? sg_i_chem_sanitise(m) : r->judgement.valid;
    if (valid == SG_ENOMEM)
        return sg_fail(err, SG_ENOMEM, "no memory for RDKit");
    r->valid = valid == 1;
    return SG_OK;
}

static sg_status grow(sg_i_set *s, size_t more, sg_error *err)
{
    if (s->count + more <= s->cap)
        return SG_OK;
    size_t cap = 2 * s->cap + more;
    sg_i_row *row = realloc(s->row, cap * sizeof *row);
    if (!row)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu molecules", cap);
    s->row = row;
    s->cap = cap;
    return SG_OK;
}

/* Up to BLOCK molecules; a record that cannot be read is counted and left out. */
static sg_status fill(sg_i_set *s, sg_mol_reader *r, sg_mol *m, size_t *n, int *got, sg_error *err)
{
    for (*n = 0; *n < BLOCK && *got;) {
        sg_error e = {0};
        sg_status st = sg_mol_reader_next(r, &m[*n], got, &e);
        if (st == SG_OK) {
            *n += *got != 0;
            s->records += *got != 0;
            continue;
        }
        if (st != SG_EPARSE && st != SG_ELIMIT) {
            if (err)
                *err = e;
            return st;
        }
        if (s->records == s->count + *n)
            s->first = e;
        s->records++;
        *got = 1;
    }
    return SG_OK;
}

static sg_status measure_block(sg_i_set *s, const sg_mol *m, size_t n, int judge, sg_error *err)
{
    sg_status st = grow(s, n, err);
    int failed = 0;
    if (st != SG_OK || n == 0)
        return st;
    sg_i_row *row = s->row + s->count;
    memset(row, 0, n * sizeof *row);
    s->count += n;
#pragma omp parallel for schedule(dynamic, 16) reduction(| : failed)
    for (size_t k = 0; k < n; k++)
        failed |= measure(&row[k], &m[k], judge, NULL) != SG_OK;
    for (size_t k = 0; k < n; k++) {
        s->no_bonds += !m[k].has_bonds;
        s->large += m[k].n_atoms > SG_I_MEASURE;
    }
    return failed ? sg_fail(err, SG_ENOMEM, "no memory to measure molecules") : SG_OK;
}

sg_status sg_i_set_read(sg_i_set *s, const char *path, int judge, int (*stop)(void), sg_error *err)
{
    sg_error e = {0};
    int got = 1;
    *s = (sg_i_set){.path = path};
    sg_mol_reader *r = sg_mol_reader_open(path, NULL, &e);
    sg_mol *m = calloc(BLOCK, sizeof *m);
    sg_status st = !r ? e.code : !m ? sg_fail(&e, SG_ENOMEM, "no memory for molecules") : SG_OK;
    while (st == SG_OK && got) {
        size_t n;
        st = fill(s, r, m, &n, &got, &e);
        if (st == SG_OK)
            st = measure_block(s, m, n, judge, &e);
        if (st == SG_OK && stop && stop())
            st = sg_fail(&e, SG_EINTR, "interrupted while reading %s", path);
    }
    if (st == SG_OK && s->records && !s->count) {
        e = s->first;
        st = e.code;
    } else if (st == SG_OK && !s->records) {
        st = sg_fail_at(&e, SG_EPARSE, path, 0, 0, "no molecule in this file");
    }
    for (size_t k = 0; m && k < BLOCK; k++)
        sg_mol_clear(&m[k]);
    free(m);
    sg_mol_reader_close(r);
    if (st != SG_OK) {
        sg_i_set_clear(s);
        if (err)
            *err = e;
    }
    return st;
}

void sg_i_set_clear(sg_i_set *s)
{
    for (size_t k = 0; k < s->count; k++)
        free(s->row[k].feature);
    free(s->row);
    s->row = NULL;
    s->count = s->cap = 0;
}
