#include <config.h>

#include <math.h>
#include <stddef.h>
#include <string.h>

#include <sigen/train.h>
#include "arch.h"
#include "field.h"
#include "walks.h"
#include "weights.h"

/* ---- system ---------------------------------------------------------------------------------- */

static void size_apply(const sg_map *m, double *x, size_t n, size_t width)
{
    (void)m;
    for (size_t i = 0; i < n * width; i++)
        x[i] *= sg_graph_layout_sd((int)n);
}

static void size_solve(const sg_map *m, double *x, size_t n, size_t width)
{
    (void)m;
    for (size_t i = 0; i < n * width; i++)
        x[i] /= sg_graph_layout_sd((int)n);
}

static double size_logdet(const sg_map *m, size_t n)
{
    (void)m;
    return (double)n * log(sg_graph_layout_sd((int)n));
}

sg_path sg_graph_weight_path(void)
{
    return (sg_path){.kind = &sg_path_trig};
}

static void egnet_system(sg_system *sys, sg_map *map, const sg_graph_config *c)
{
    *map = (sg_map){.apply = size_apply, .solve = size_solve, .logdet = size_logdet};
    *sys = (sg_system){.n = 3};
    sys->c[SG_GRAPH_X] = (sg_component){.name = "layout",
                                        .space = &sg_space_centred,
                                        .width = 3,
                                        .path = sg_path_default(),
                                        .map = map};
    sys->c[SG_GRAPH_NODE] = (sg_component){.name = "nodes",
                                           .space = &sg_space_categorical,
                                           .width = (size_t)c->net.C,
                                           .path = sg_path_default()};
    sys->c[SG_GRAPH_EDGE] = (sg_component){.name = "edges",
                                           .space = &sg_space_categorical,
                                           .width = (size_t)c->net.B,
                                           .path = sg_path_default()};
    if (c->weighted)
        sys->c[sys->n++] = (sg_component){.name = "weights",
                                          .space = &sg_space_positive,
                                          .width = 1,
                                          .path = sg_graph_weight_path()};
}

/* ---- field ----------------------------------------------------------------------------------- */

static size_t egnet_bytes(const sg_graph_model *m, size_t nodes, size_t pairs, size_t count,
                          size_t max_nodes)
{
    const sg_egnet_dims *d = &m->config.net;
    size_t own = nodes * ((size_t)d->U + 16) + pairs * ((size_t)d->W + 8) +
                 3 * max_nodes * max_nodes + 64 * count + 4096;
    return sg_egnet_bytes(&m->net, nodes, pairs, count) + own * sizeof(double);
}

/* Copies the states into the network's input arrays; with predictions of the step before, these
 * give the layout xs and the undecided edges of the walks. */
static sg_status load_states(sg_graph_buffer *b, sg_graph_work *w, double t,
                             const sg_state *const *x, size_t count, sg_pred *const *prev,
                             sg_error *err)
{
    const sg_graph_config *c = &w->model->config;
    int *sizes = sg_arena_alloc(&w->arena, count, sizeof *sizes);
    if (!sizes)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %zu graphs", count);
    for (size_t s = 0; s < count; s++)
        sizes[s] = (int)x[s]->slot[SG_GRAPH_X].n;
    sg_status st = sg_graph_buffer_init(b, &w->arena, sizes, (int)count, c, err);
    if (st != SG_OK)
        return st;
    float *p_edge = sg_arena_alloc(&w->arena, (size_t)b->in.lay.n_pairs, sizeof *p_edge);
    if (!p_edge)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %zu graphs", count);
    int self = 1;
    for (size_t s = 0; s < count; s++) {
        const sg_slot *y = &x[s]->slot[SG_GRAPH_X], *node = &x[s]->slot[SG_GRAPH_NODE];
        const sg_slot *edge = &x[s]->slot[SG_GRAPH_EDGE];
        long i0 = b->in.lay.node0[s], p0 = b->in.lay.pair0[s];
        b->t[s] = t;
        memcpy(b->cls + i0, node->tok, node->len * sizeof *b->cls);
        if (edge->len)
            memcpy(b->edge + p0, edge->tok, edge->len * sizeof *b->edge);
        for (size_t i = 0; i < y->len; i++)
            b->x[3 * i0 + (long)i] = (sg_real)y->x[i];
        self = self && prev[s]->valid;
        for (size_t i = 0; i < y->len && prev[s]->valid; i++)
            b->xs[3 * i0 + (long)i] = (sg_real)prev[s]->v[SG_GRAPH_X][i];
        for (size_t p = 0; c->weighted && p < edge->len; p++)
            b->y[p0 + (long)p] = (sg_real)x[s]->slot[SG_GRAPH_WEIGHT].x[p];
        for (size_t p = 0; p < edge->len && prev[s]->valid; p++)
            p_edge[p0 + (long)p] = (float)(1 - prev[s]->v[SG_GRAPH_EDGE][p * (size_t)c->net.B]);
    }
    b->in.xs = self ? b->xs : NULL;
    sg_graph_buffer_walks(b, c, self ? p_edge : NULL);
    sg_graph_buffer_weights(b, c);
    return SG_OK;
}

static void softmax(double *p, const sg_real *x, int n)
{
    double top = -HUGE_VAL, sum = 0;
    for (int k = 0; k < n; k++)
        top = fmax(top, (double)x[k]);
    for (int k = 0; k < n; k++)
        sum += p[k] = exp((double)x[k] - top);
    for (int k = 0; k < n; k++)
        p[k] /= sum;
}

static void write_state(const sg_graph_buffer *b, const sg_graph_config *c, int s,
                        const sg_egnet_out *net, sg_pred *out)
{
    long i0 = b->in.lay.node0[s], p0 = b->in.lay.pair0[s];
    long n = b->in.lay.node0[s + 1] - i0, m = b->in.lay.pair0[s + 1] - p0;
    for (long i = 0; i < 3 * n; i++)
        out->v[SG_GRAPH_X][i] = (double)net->x1.x[3 * i0 + i];
    sg_space_centred.project(out->v[SG_GRAPH_X], (size_t)n, 3);
    for (long i = 0; i < n; i++)
        softmax(out->v[SG_GRAPH_NODE] + i * c->net.C, net->cls.x + (i0 + i) * net->cls.ld,
                c->net.C);
    for (long p = 0; p < m; p++)
        softmax(out->v[SG_GRAPH_EDGE] + p * c->net.B, net->pair.x + (p0 + p) * net->pair.ld,
                c->net.B);
    out->valid = 1;
}

/* D1 = beta y + alpha p F: the network's F is -v of an edge, p the probability of one; where there
 * is none y stays the noise that it is. */
static void write_weights(const sg_path *path, double t, const sg_state *x, const sg_egnet_out *net,
                          long p0, size_t B, sg_pred *out)
{
    const double *y = x->slot[SG_GRAPH_WEIGHT].x, *none = out->v[SG_GRAPH_EDGE];
    const int *tok = x->slot[SG_GRAPH_EDGE].tok;
    sg_coeff c;
    sg_path_coeff(path, t, &c);
    for (size_t p = 0; p < x->slot[SG_GRAPH_WEIGHT].len; p++) {
        double share = tok[p] == (int)B ? 1 - none[p * B] : tok[p] > 0;
        double F = (double)net->edge.x[(p0 + (long)p) * net->edge.ld];
        out->v[SG_GRAPH_WEIGHT][p] = c.beta * y[p] + c.alpha * share * F;
    }
}

static sg_status eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                      sg_pred *const *out, sg_error *err)
{
    sg_graph_work *w = f->work;
    sg_graph_buffer b;
    sg_egnet_out net;
    sg_tape tape;
    sg_arena_rewind(&w->arena, 0);
    sg_status st = load_states(&b, w, t, x, count, out, err);
    if (st != SG_OK)
        return st;
    unsigned mode = sg_fp_flush();
    sg_tape_init(&tape, &w->arena, &w->model->params, NULL, w->isa);
    sg_egnet_forward(&w->model->net, &tape, &b.in, &net);
    sg_fp_restore(mode);
    if (tape.status != SG_OK)
        return sg_fail(err, tape.status, "work space is too small for %zu graphs", count);
    for (size_t s = 0; s < count; s++) {
        write_state(&b, &w->model->config, (int)s, &net, out[s]);
        if (w->model->config.weighted)
            write_weights(&f->sys->c[SG_GRAPH_WEIGHT].path, t, x[s], &net, b.in.lay.pair0[s],
                          (size_t)w->model->config.net.B, out[s]);
    }
    return SG_OK;
}

static void egnet_field(sg_field *f, const sg_system *sys, sg_graph_work *w)
{
    *f = (sg_field){
        .name = "graphgen", .sys = sys, .fd_step = 1e-2, .data = w->model, .work = w, .eval = eval};
    f->param[SG_GRAPH_X][0] = f->param[SG_GRAPH_WEIGHT][0] = SG_PARAM_D1;
}

/* ---- the kind of network --------------------------------------------------------------------- */

static void egnet_write(const sg_graph_config *c, json_t *o)
{
    json_object_set_new(o, "layout", json_string(c->layout));
}

static const char *egnet_read(sg_graph_config *c, const json_t *o)
{
    const json_t *layout = json_object_get(o, "layout"); /* first models have none: stress */
    const char *name = layout ? json_string_value(layout) : "stress";
    if (!name || strlen(name) >= sizeof c->layout)
        return "layout";
    strcpy(c->layout, name);
    if (c->net.C != c->n_node_labels)
        return "node_labels";
    if (c->net.B != c->n_edge_labels + 1)
        return "edge_labels";
    if (c->net.N < c->max_nodes)
        return "sizes";
    return c->net.U < 1 || c->net.W != c->net.U + 1 + c->weighted ? "U" : NULL;
}

static sg_status egnet_init(sg_graph_model *m, int train, sg_error *err)
{
    int out = SG_EGNET_POINTS | SG_EGNET_TOKENS | (m->config.weighted ? SG_EGNET_PAIRS : 0);
    return sg_egnet_init(&m->net, &m->params, out, &m->config.net, train, err);
}

static void egnet_elements(size_t n, size_t len[SG_MAX_COMPONENTS])
{
    len[SG_GRAPH_X] = len[SG_GRAPH_NODE] = n;
    len[SG_GRAPH_EDGE] = len[SG_GRAPH_WEIGHT] = n * (n - 1) / 2;
}

/* The weights of the given edges follow their own path to what is given. */
static sg_status fix_weights(sg_state *s, const sg_graph_given *g, sg_arena *a, sg_error *err)
{
    sg_slot *y = &s->slot[SG_GRAPH_WEIGHT];
    size_t n = s->slot[SG_GRAPH_X].n, k = (size_t)g->n;
    unsigned char *frozen = sg_arena_alloc(a, y->len, 1);
    double *known = sg_arena_zeros(a, y->len, sizeof *known);
    double *x0 = sg_arena_zeros(a, y->len, sizeof *x0);
    if (!a->base)
        return SG_OK; /* measuring */
    if (!frozen || !known || !x0)
        return sg_fail(err, SG_ENOMEM, "no memory for the given part");
    memset(frozen, 0, y->len);
    for (size_t i = 0; i < k; i++)
        for (size_t j = i + 1; j < k; j++) {
            size_t from = sg_pair_index(i, j, k), at = sg_pair_index(i, j, n);
            if (!g->edge[from])
                continue;
            frozen[at] = 1;
            known[at] = g->weight[from];
            x0[at] = sg_rng_normal(&s->rng);
        }
    y->frozen = frozen;
    y->known = known;
    y->known_x0 = x0;
    return SG_OK;
}

/* Sets and freezes the tokens of the given part. */
static sg_status fix_tokens(sg_state *s, const sg_graph_given *g, sg_arena *a, sg_error *err)
{
    int n = (int)s->slot[SG_GRAPH_X].n, k = g->n;
    sg_slot *node = &s->slot[SG_GRAPH_NODE], *edge = &s->slot[SG_GRAPH_EDGE];
    unsigned char *fn = sg_arena_alloc(a, node->len, 1), *fe = sg_arena_alloc(a, edge->len, 1);
    if (!a->base)
        return SG_OK; /* measuring */
    if (!fn || !fe)
        return sg_fail(err, SG_ENOMEM, "no memory for the given part");
    memset(fe, 0, edge->len);
    for (int i = 0; i < n; i++) {
        fn[i] = i < k;
        if (i < k)
            node->tok[i] = g->node[i];
        for (int j = i + 1; j < k; j++) {
            size_t at = sg_pair_index((size_t)i, (size_t)j, (size_t)n);
            fe[at] = 1;
            edge->tok[at] = g->edge[sg_pair_index((size_t)i, (size_t)j, (size_t)k)];
        }
    }
    node->frozen = fn;
    edge->frozen = fe;
    return SG_OK;
}

static sg_status egnet_fix(sg_state *s, const sg_graph_given *g, sg_arena *a, sg_error *err)
{
    sg_status st = fix_tokens(s, g, a, err);
    return st == SG_OK && g->weight ? fix_weights(s, g, a, err) : st;
}

static sg_status egnet_decode(const sg_graph_config *c, const sg_state *s, sg_graph *g,
                              sg_error *err)
{
    const int *node = s->slot[SG_GRAPH_NODE].tok, *edge = s->slot[SG_GRAPH_EDGE].tok;
    const double *y = c->weighted ? s->slot[SG_GRAPH_WEIGHT].x : NULL;
    int n = (int)s->slot[SG_GRAPH_X].n, p = 0;
    sg_graph_reset(g);
    sg_status st = sg_graph_set_nodes(g, n, err);
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n && st == SG_OK; j++, p++)
            if (edge[p])
                st = sg_graph_add_edge(g, i, j, c->edge_label[edge[p] - 1],
                                       y ? sg_graph_weight_value(c, y[p]) : 1, err);
    if (st == SG_OK)
        st = sg_graph_sort(g, err);
    g->has_edge_labels = c->n_edge_labels > 1;
    g->has_weights = c->weighted;
    if (st == SG_OK && c->labelled)
        st = sg_graph_make_labels(g, err);
    for (int i = 0; i < n && st == SG_OK && c->labelled; i++)
        g->node_label[i] = c->node_label[node[i]];
    return st;
}

static sg_status egnet_guess(const sg_graph_config *c, const sg_state *s, double t, sg_rng *rng,
                             sg_graph *g, sg_error *err)
{
    const int *tok = s->slot[SG_GRAPH_EDGE].tok;
    const double *pred = s->pred.v[SG_GRAPH_EDGE];
    size_t n = s->slot[SG_GRAPH_X].n, B = (size_t)c->net.B;
    (void)t;
    sg_graph_reset(g);
    sg_status st = sg_graph_set_nodes(g, (int)n, err);
    for (size_t v = 1; v < n; v++)
        for (size_t u = 0; u < v && st == SG_OK; u++) {
            size_t at = sg_pair_index(u, v, n);
            int edge = tok[at] == (int)B ? sg_rng_uniform(rng) >= pred[at * B] : tok[at] > 0;
            if (edge)
                st = sg_graph_add_edge(g, (int)u, (int)v, 1, 1, err);
        }
    return st == SG_OK ? sg_graph_sort(g, err) : st;
}

const sg_graph_arch sg_graph_egnet = {
    .name = "graph",
    .summary = "tokens beside a layout",
    .dims = sg_egnet_dim_table,
    .at = offsetof(sg_graph_config, net),
    .write = egnet_write,
    .read = egnet_read,
    .init = egnet_init,
    .system = egnet_system,
    .field = egnet_field,
    .work_bytes = egnet_bytes,
    .elements = egnet_elements,
    .fix = egnet_fix,
    .decode = egnet_decode,
    .guess = egnet_guess,
    .defaults = {.steps = 100,
                 .sampler = "euler",
                 .remask = 10,
                 .slack = 3,
                 .temperature = 1,
                 .snr = 0.16,
                 .corrector = 1,
                 .threads = 1},
};
