/* The training cache of doc/molgen-cache.md. */
#include <config.h>

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/model.h>
#include "data.h"

enum { N, NH, CLASS, BOND, X, PARENT, HX, PROP, KNOWN, ARRAYS };

static const struct {
    const char *name;
    sg_dtype type;
    int cols; /* 0: one dimension; -1: properties */
} arrays[ARRAYS] = {{"n", SG_DTYPE_U8, 0},         {"nh", SG_DTYPE_U8, 0},
                    {"class", SG_DTYPE_U8, 0},     {"bond", SG_DTYPE_U8, 0},
                    {"x", SG_DTYPE_F32, 3},        {"h.parent", SG_DTYPE_U8, 0},
                    {"h.x", SG_DTYPE_F32, 3},      {"prop", SG_DTYPE_F32, -1},
                    {"known", SG_DTYPE_U8, -1}};

/* Elements of one molecule in each array. */
static void counts(const sg_mol_example *e, size_t Q, size_t c[ARRAYS])
{
    size_t n = (size_t)e->n, h = (size_t)e->h;
    const size_t v[ARRAYS] = {1, 1, n, n * (n - 1) / 2, 3 * n, h, 3 * h, Q, Q};
    memcpy(c, v, sizeof v);
}

static void fill(const sg_mol_data *d, size_t Q, void *const buf[ARRAYS])
{
    size_t at[ARRAYS] = {0}, c[ARRAYS];
    for (long k = 0; k < sg_mol_data_count(d); k++) {
        sg_mol_example e;
        sg_mol_data_get(d, k, &e);
        counts(&e, Q, c);
        unsigned char n = (unsigned char)e.n, nh = (unsigned char)e.h, known[SG_MOL_MAX_PROPS];
        float prop[SG_MOL_MAX_PROPS];
        for (size_t q = 0; q < Q; q++) {
            known[q] = !isnan(e.prop[q]);
            prop[q] = known[q] ? e.prop[q] : 0;
        }
        const void *const from[ARRAYS] = {&n,  &nh,      e.cls,  e.bond, e.xyz,
                                          e.parent, e.hxyz, prop,   known};
        for (int a = 0; a < ARRAYS; a++) {
            size_t size = arrays[a].type == SG_DTYPE_U8 ? 1 : sizeof(float);
            if (c[a])
                memcpy((char *)buf[a] + at[a] * size, from[a], c[a] * size);
            at[a] += c[a];
        }
    }
}

static char *describe(const sg_mol_vocab *v, const char *source)
{
    json_t *cls = json_array(), *props = json_array();
    for (int i = 0; i < v->n_classes; i++)
        json_array_append_new(cls, json_pack("[s,i,i]", sg_element_symbol(v->cls[i].element),
                                             v->cls[i].charge, v->cls[i].hydrogens));
    for (int q = 0; q < v->n_props; q++)
        json_array_append_new(props, json_pack("{s:s,s:s}", "name", v->prop[q].name, "unit",
                                               v->prop[q].unit));
    json_t *o = json_pack("{s:o,s:o,s:s,s:b,s:[i,i]}", "classes", cls, "properties", props,
                          "source", source, "closed_shell", v->closed_shell, "net_charge",
                          v->net_charge[0], v->net_charge[1]);
    char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    return text;
}

sg_status sg_mol_data_write_cache(const sg_mol_data *d, const char *path, const char *source,
                                  sg_error *err)
{
    const sg_mol_vocab *v = sg_mol_data_vocab(d);
    size_t Q = (size_t)v->n_props, total[ARRAYS] = {0}, c[ARRAYS];
    void *buf[ARRAYS] = {NULL};
    char *text = describe(v, source);
    sg_model_writer *w = sg_model_writer_new(err);
    sg_status s = w && text ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for the cache");
    for (long k = 0; k < sg_mol_data_count(d); k++) {
        sg_mol_example e;
        sg_mol_data_get(d, k, &e);
        counts(&e, Q, c);
        for (int a = 0; a < ARRAYS; a++)
            total[a] += c[a];
    }
    for (int a = 0; a < ARRAYS && s == SG_OK; a++)
        if (!(buf[a] = malloc(total[a] * (arrays[a].type == SG_DTYPE_U8 ? 1 : sizeof(float)) + 1)))
            s = sg_fail(err, SG_ENOMEM, "no memory for the cache");
    if (s == SG_OK) {
        fill(d, Q, buf);
        s = sg_model_writer_meta(w, "format", "sigen-molgen-cache-1", err);
    }
    if (s == SG_OK)
        s = sg_model_writer_meta(w, "cache", text, err);
    for (int a = 0; a < ARRAYS && s == SG_OK; a++) {
        size_t cols = arrays[a].cols < 0 ? Q : (size_t)arrays[a].cols;
        size_t shape[2] = {cols ? total[a] / cols : total[a], cols};
        if (total[a]) /* an empty array is left out: no property, no hydrogen */
            s = sg_model_writer_add(w, arrays[a].name, arrays[a].type, buf[a], cols ? 2 : 1, shape,
                                    err);
    }
    if (s == SG_OK)
        s = sg_model_writer_save(w, path, err);
    for (int a = 0; a < ARRAYS; a++)
        free(buf[a]);
    sg_model_writer_free(w);
    free(text);
    return s;
}
