/* The training cache of doc/graphgen-cache.md. */
#include <config.h>

#include <jansson.h>
#include <stdlib.h>

#include "cache.h"
#include "cli/cache.h"
#include "layout.h"

typedef struct walk {
    const sg_graph_data *train, *held;
    int64_t n;
    unsigned char cls[SG_GRAPH_NET_NODES];
} walk;

static long count(const sg_graph_data *d)
{
    return d ? sg_graph_data_count(d) : 0;
}

static void get(void *self, long k, sg_cli_cache_part part[])
{
    walk *w = self;
    sg_graph_example e;
    long first = count(w->train);
    sg_graph_data_get(k < first ? w->train : w->held, k < first ? k : k - first, &e);
    size_t n = (size_t)e.n, pairs = n * (n - 1) / 2;
    w->n = e.n;
    for (size_t i = 0; i < n; i++)
        w->cls[i] = (unsigned char)e.cls[i];
    const sg_cli_cache_part parts[] = {{&w->n, 1},
                                       {w->cls, n},
                                       {e.edge, pairs},
                                       {e.xyz, e.xyz ? 3 * n : 0},
                                       {e.y, e.y ? pairs : 0}};
    for (size_t a = 0; a < sizeof parts / sizeof *parts; a++)
        part[a] = parts[a];
}

/* NULL: no memory. */
static char *describe(const sg_graph_config *c, const sg_graph_data *held, const char *source)
{
    char *config = sg_graph_config_text(c);
    json_t *o = json_pack("{s:o,s:I,s:s}", "config", config ? json_loads(config, 0, NULL) : NULL,
                          "held_out", (json_int_t)count(held), "source", source);
    if (o && c->layout[0])
        json_object_set_new(o, "jitter", json_real(sg_graph_layout_find(c->layout)->jitter));
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    free(config);
    return text;
}

sg_status sg_graph_cache_write(const sg_graph_config *config, const sg_graph_data *train,
                               const sg_graph_data *held, const char *path, const char *source,
                               sg_error *err)
{
    static const sg_cli_cache_array arrays[] = {{"n", SG_DTYPE_I64, 0},
                                                {"class", SG_DTYPE_U8, 0},
                                                {"edge", SG_DTYPE_U8, 0},
                                                {"x", SG_DTYPE_F32, 3},
                                                {"y", SG_DTYPE_F32, 0}};
    walk w = {.train = train, .held = held};
    char *info = describe(config, held, source);
    const sg_cli_cache c = {.format = "sigen-graphgen-cache-1",
                            .info = info,
                            .arrays = arrays,
                            .n_arrays = sizeof arrays / sizeof *arrays,
                            .count = count(train) + count(held),
                            .get = get,
                            .self = &w};
    sg_status s = info ? sg_cli_cache_write(&c, path, err)
                       : sg_fail(err, SG_ENOMEM, "no memory for the cache");
    free(info);
    return s;
}
