#include <config.h>

#include <stddef.h>
#include <string.h>

#include <sigen/train.h>
#include "arch.h"
#include "gdss_field.h"

void sg_gdss_features(double *x, const unsigned char *edge, int n, int F)
{
    memset(x, 0, (size_t)n * (size_t)F * sizeof *x);
    for (int i = 0; i < n; i++) {
        int deg = 0;
        for (int j = 0; j < n; j++)
            if (j != i)
                deg += edge[sg_pair_index((size_t)(i < j ? i : j), (size_t)(i < j ? j : i),
                                          (size_t)n)] > 0;
        x[i * F + (deg < F ? deg : F - 1)] = 1;
    }
}

double sg_gdss_scale(const sg_path *p, double alpha)
{
    return p->kind == &sg_path_ve ? -alpha : 1;
}

/* ---- system and field ------------------------------------------------------------------------ */

static void gdss_system(sg_system *sys, sg_map *map, const sg_graph_config *c)
{
    (void)map;
    *sys = (sg_system){.n = 2};
    sys->c[SG_GDSS_X] = (sg_component){.name = "X",
                                       .space = &sg_space_real,
                                       .width = (size_t)c->gdss.net.F,
                                       .path = c->gdss.path[SG_GDSS_X],
                                       .eps = {sg_eps_reverse, 1, 0}};
    sys->c[SG_GDSS_A] = (sg_component){.name = "A",
                                       .space = &sg_space_sym0,
                                       .width = 1,
                                       .path = c->gdss.path[SG_GDSS_A],
                                       .eps = {sg_eps_reverse, 1, 0}};
}

static size_t gdss_bytes(const sg_graph_model *m, size_t nodes, size_t pairs, size_t count,
                         size_t max_nodes)
{
    size_t own = nodes * (size_t)m->config.gdss.net.F + pairs + 8 * count + 4096;
    return sg_gdss_bytes(&m->gdss, nodes, pairs, max_nodes) + own * sizeof(double);
}

static sg_status load(sg_gdss_in *in, sg_graph_work *w, const sg_state *const *x, size_t count,
                      sg_error *err)
{
    size_t F = (size_t)w->model->config.gdss.net.F;
    int *sizes = sg_arena_alloc(&w->arena, count, sizeof *sizes);
    if (!sizes)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %zu graphs", count);
    for (size_t s = 0; s < count; s++)
        sizes[s] = (int)x[s]->slot[SG_GDSS_X].n;
    sg_status st = sg_layout_init(&in->lay, &w->arena, sizes, (int)count, err);
    if (st != SG_OK)
        return st;
    in->x = sg_arena_alloc(&w->arena, (size_t)in->lay.n_nodes * F, sizeof *in->x);
    in->a = sg_arena_alloc(&w->arena, (size_t)in->lay.n_pairs, sizeof *in->a);
    if (!in->x || !in->a)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %zu graphs", count);
    for (size_t s = 0; s < count; s++) {
        const sg_slot *X = &x[s]->slot[SG_GDSS_X], *A = &x[s]->slot[SG_GDSS_A];
        sg_real *to_x = in->x + (size_t)in->lay.node0[s] * F, *to_a = in->a + in->lay.pair0[s];
        for (size_t i = 0; i < X->len; i++)
            to_x[i] = (sg_real)X->x[i];
        for (size_t p = 0; p < A->len; p++)
            to_a[p] = (sg_real)A->x[p];
    }
    return SG_OK;
}

static void answer(double *out, sg_tensor y, long first, size_t rows, const sg_path *p, double t)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    double scale = sg_gdss_scale(p, c.alpha);
    for (size_t r = 0; r < rows; r++)
        for (int k = 0; k < y.cols; k++)
            *out++ = scale * (double)y.x[(first + (long)r) * y.ld + k];
}

static sg_status eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                      sg_pred *const *out, sg_error *err)
{
    sg_graph_work *w = f->work;
    sg_gdss_in in;
    sg_gdss_out net;
    sg_tape tape;
    sg_arena_rewind(&w->arena, 0);
    sg_status st = load(&in, w, x, count, err);
    if (st != SG_OK)
        return st;
    unsigned mode = sg_fp_flush();
    sg_tape_init(&tape, &w->arena, &w->model->params, NULL, w->isa);
    sg_gdss_forward(&w->model->gdss, &tape, &in, &net);
    sg_fp_restore(mode);
    if (tape.status != SG_OK)
        return sg_fail(err, tape.status, "work space is too small for %zu graphs", count);
    for (size_t s = 0; s < count; s++) {
        const sg_slot *slot = x[s]->slot;
        answer(out[s]->v[SG_GDSS_X], net.x, in.lay.node0[s], slot[SG_GDSS_X].n,
               &f->sys->c[SG_GDSS_X].path, t);
        answer(out[s]->v[SG_GDSS_A], net.a, in.lay.pair0[s], slot[SG_GDSS_A].len,
               &f->sys->c[SG_GDSS_A].path, t);
        out[s]->valid = 1;
    }
    return SG_OK;
}

static void gdss_field(sg_field *f, const sg_system *sys, sg_graph_work *w)
{
    *f = (sg_field){
        .name = "gdss", .sys = sys, .fd_step = 1e-2, .data = w->model, .work = w, .eval = eval};
    f->param[SG_GDSS_X][0] = f->param[SG_GDSS_A][0] = SG_PARAM_E;
}

/* ---- states ---------------------------------------------------------------------------------- */

static void gdss_elements(size_t n, size_t len[SG_MAX_COMPONENTS])
{
    len[SG_GDSS_X] = n;
    len[SG_GDSS_A] = n; /* of the matrix */
}

/* The given pairs follow their own path to 0 or 1; degrees, and so features, are free. */
static sg_status gdss_fix(sg_state *s, const sg_graph_given *g, sg_arena *a, sg_error *err)
{
    sg_slot *A = &s->slot[SG_GDSS_A];
    size_t n = s->slot[SG_GDSS_X].n, k = (size_t)g->n;
    unsigned char *frozen = sg_arena_alloc(a, A->len, 1);
    double *known = sg_arena_alloc(a, A->len, sizeof *known);
    double *x0 = sg_arena_alloc(a, A->len, sizeof *x0);
    if (!a->base)
        return SG_OK; /* measuring */
    if (!frozen || !known || !x0)
        return sg_fail(err, SG_ENOMEM, "no memory for the given part");
    memset(frozen, 0, A->len);
    for (size_t i = 0; i < k; i++)
        for (size_t j = i + 1; j < k; j++) {
            size_t at = sg_pair_index(i, j, n);
            frozen[at] = 1;
            known[at] = g->edge[sg_pair_index(i, j, k)];
            x0[at] = sg_rng_normal(&s->rng);
        }
    A->frozen = frozen;
    A->known = known;
    A->known_x0 = x0;
    return SG_OK;
}

/* Sampling starts from N(0, 1), as published, also where the path has not lost the data at t = 0.
 */
static void gdss_start(sg_state *s)
{
    for (int k = 0; k < 2; k++) {
        sg_slot *y = &s->slot[k];
        sg_coeff c;
        sg_path_coeff(&s->sys->c[k].path, 0, &c);
        for (size_t i = 0; i < y->len; i++)
            if (!y->frozen || !y->frozen[i])
                y->x[i] /= c.alpha;
    }
}

/* An edge where A >= 1/2. */
static sg_status gdss_decode(const sg_graph_config *c, const sg_state *s, sg_graph *g,
                             sg_error *err)
{
    const double *a = s->slot[SG_GDSS_A].x;
    int n = (int)s->slot[SG_GDSS_X].n;
    sg_graph_reset(g);
    sg_status st = sg_graph_set_nodes(g, n, err);
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n && st == SG_OK; j++, a++)
            if (*a >= 0.5)
                st = sg_graph_add_edge(g, i, j, c->edge_label[0], 1, err);
    return st == SG_OK ? sg_graph_sort(g, err) : st;
}

/* D1 = (x - alpha E)/beta, blurred by the noise alpha/beta that is left. */
static sg_status gdss_guess(const sg_graph_config *c, const sg_state *s, double t, sg_rng *rng,
                            sg_graph *g, sg_error *err)
{
    const double *a = s->slot[SG_GDSS_A].x, *e = s->pred.v[SG_GDSS_A];
    int n = (int)s->slot[SG_GDSS_X].n;
    sg_coeff k;
    sg_path_coeff(&c->gdss.path[SG_GDSS_A], t, &k);
    sg_graph_reset(g);
    sg_status st = sg_graph_set_nodes(g, n, err);
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n && st == SG_OK; j++, a++, e++)
            if (*a + k.alpha * (sg_rng_normal(rng) - *e) >= 0.5 * k.beta)
                st = sg_graph_add_edge(g, i, j, 1, 1, err);
    return st == SG_OK ? sg_graph_sort(g, err) : st;
}

/* ---- the kind of network --------------------------------------------------------------------- */

/* "sde": [[path, parameter, ..] of X, of A] */
static void write_paths(const sg_graph_config *c, json_t *o)
{
    json_t *list = json_array();
    for (int k = 0; k < 2; k++) {
        const sg_path *p = &c->gdss.path[k];
        json_t *row = json_array();
        json_array_append_new(row, json_string(p->kind->name));
        for (size_t i = 0; i < p->kind->n_par; i++)
            json_array_append_new(row, json_real(p->par[i]));
        json_array_append_new(list, row);
    }
    json_object_set_new(o, "sde", list);
}

static int read_path(sg_path *p, const json_t *row)
{
    const char *name = json_string_value(json_array_get(row, 0));
    const sg_interpolant *kind = name ? sg_interpolant_find(name) : NULL;
    double par[SG_PATH_PARS] = {0};
    if ((kind != &sg_path_vp && kind != &sg_path_ve) || json_array_size(row) != kind->n_par + 1)
        return 0;
    for (size_t i = 0; i < kind->n_par; i++)
        par[i] = json_number_value(json_array_get(row, i + 1));
    return sg_path_init(p, kind, par, NULL, 0, NULL) == SG_OK;
}

static const char *gdss_read(sg_graph_config *c, const json_t *o)
{
    const json_t *list = json_object_get(o, "sde");
    for (int k = 0; k < 2; k++)
        if (!read_path(&c->gdss.path[k], json_array_get(list, (size_t)k)))
            return "sde";
    if (c->labelled || c->n_node_labels != 1)
        return "node_labels";
    return c->n_edge_labels != 1 ? "edge_labels" : NULL;
}

static sg_status gdss_init(sg_graph_model *m, int train, sg_error *err)
{
    return sg_gdss_init(&m->gdss, &m->params, &m->config.gdss.net, train, err);
}

const sg_graph_arch sg_graph_gdss = {
    .name = "gdss",
    .summary = "joint SDE of node features and edges [JLH22]",
    .dims = sg_gdss_dim_table,
    .at = offsetof(sg_graph_config, gdss.net),
    .write = write_paths,
    .read = gdss_read,
    .init = gdss_init,
    .system = gdss_system,
    .field = gdss_field,
    .work_bytes = gdss_bytes,
    .elements = gdss_elements,
    .fix = gdss_fix,
    .start = gdss_start,
    .decode = gdss_decode,
    .guess = gdss_guess,
    .defaults = {.steps = 1000,
                 .sampler = "pc",
                 .remask = 10,
                 .slack = 3,
                 .temperature = 1,
                 .snr = 0.05,
                 .corrector = 0.7,
                 .threads = 1},
};
