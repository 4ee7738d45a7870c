/* The training cache of doc/molgen-cache.md. */
#include <config.h>

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "cache.h"
#include "cli/cache.h"

typedef struct walk {
    const sg_mol_data *data;
    size_t Q;
    unsigned char n, h, known[SG_MOL_MAX_PROPS];
    float prop[SG_MOL_MAX_PROPS];
} walk;

static void get(void *self, long k, sg_cli_cache_part part[])
{
    walk *w = self;
    sg_mol_example e;
    sg_mol_data_get(w->data, k, &e);
    size_t n = (size_t)e.n, h = (size_t)e.h;
    w->n = (unsigned char)e.n;
    w->h = (unsigned char)e.h;
    for (size_t q = 0; q < w->Q; q++) {
        w->known[q] = !isnan(e.prop[q]);
        w->prop[q] = w->known[q] ? e.prop[q] : 0;
    }
    const sg_cli_cache_part parts[] = {
        {&w->n, 1},    {&w->h, 1},      {e.cls, n},      {e.bond, n * (n - 1) / 2}, {e.xyz, 3 * n},
        {e.parent, h}, {e.hxyz, 3 * h}, {w->prop, w->Q}, {w->known, w->Q}};
    for (size_t a = 0; a < sizeof parts / sizeof *parts; a++)
        part[a] = parts[a];
}

static char *describe(const sg_mol_vocab *v, const char *source)
{
    json_t *cls = json_array(), *props = json_array();
    for (int i = 0; i < v->n_classes; i++)
        json_array_append_new(cls, json_pack("[s,i,i]", sg_element_symbol(v->cls[i].element),
                                             v->cls[i].charge, v->cls[i].hydrogens));
    for (int q = 0; q < v->n_props; q++)
        json_array_append_new(
            props, json_pack("{s:s,s:s}", "name", v->prop[q].name, "unit", v->prop[q].unit));
    json_t *o = json_pack("{s:o,s:o,s:s,s:b,s:[i,i]}", "classes", cls, "properties", props,
                          "source", source, "closed_shell", v->closed_shell, "net_charge",
                          v->net_charge[0], v->net_charge[1]);
    char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    return text;
}

sg_status sg_mol_cache_write(const sg_mol_data *d, const char *path, const char *source,
                             sg_error *err)
{
    walk w = {.data = d, .Q = (size_t)sg_mol_data_vocab(d)->n_props};
    const sg_cli_cache_array arrays[] = {
        {"n", SG_DTYPE_U8, 0},    {"nh", SG_DTYPE_U8, 0},      {"class", SG_DTYPE_U8, 0},
        {"bond", SG_DTYPE_U8, 0}, {"x", SG_DTYPE_F32, 3},      {"h.parent", SG_DTYPE_U8, 0},
        {"h.x", SG_DTYPE_F32, 3}, {"prop", SG_DTYPE_F32, w.Q}, {"known", SG_DTYPE_U8, w.Q},
    };
    char *info = describe(sg_mol_data_vocab(d), source);
    const sg_cli_cache c = {.format = "sigen-molgen-cache-1",
                            .info = info,
                            .arrays = arrays,
                            .n_arrays = sizeof arrays / sizeof *arrays,
                            .count = sg_mol_data_count(d),
                            .get = get,
                            .self = &w};
    sg_status s = info ? sg_cli_cache_write(&c, path, err)
                       : sg_fail(err, SG_ENOMEM, "no memory for the cache");
    free(info);
    return s;
}
