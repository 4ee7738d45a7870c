/* TUDataset: a folder of text files, one line a node, an edge in one direction, or a graph
 * [sigen-tudataset(5)]. */
#include <config.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "pairs.h"
#include "tud.h"

const char *const sg_i_tud_suffix[SG_I_TUD_FILES] = {
    "_A.txt",           "_graph_indicator.txt", "_graph_labels.txt",   "_node_labels.txt",
    "_edge_labels.txt", "_node_attributes.txt", "_edge_attributes.txt"};

/* ---- lines of numbers ------------------------------------------------------------------------ */

typedef struct column {
    const sg_i_text *text;
    sg_lines lines;
    sg_error *err;
} column;

static column open_column(const sg_i_text *t, sg_error *err)
{
    column c = {.text = t, .err = err};
    sg_lines_init(&c.lines, t->buf ? t->buf : "", t->buf ? t->len : 0);
    return c;
}

static sg_status bad(const column *c, long at, const char *what)
{
    return sg_fail_at(c->err, SG_EPARSE, c->text->file, c->lines.number, at, "%s", what);
}

/* Numbers of the next line that is not blank, separated by commas: *n of at most `most`; 0 at the
 * end. */
static int numbers(column *c, double *x, int most, int *n, sg_status *s)
{
    const char *line;
    size_t len;
    for (;;) {
        if (!sg_lines_next(&c->lines, &line, &len))
            return 0;
        while (len > 0 && strchr(" \t", line[len - 1]))
            len--;
        if (len)
            break;
    }
    *n = 0;
    for (size_t i = 0; i <= len; i++) {
        while (i < len && strchr(" \t", line[i]))
            i++;
        size_t j = i;
        while (j < len && line[j] != ',')
            j++;
        size_t k = j;
        while (k > i && strchr(" \t", line[k - 1]))
            k--;
        if (*n == most)
            *s = bad(c, (long)i + 1, "more numbers than expected");
        else if (sg_parse_double(line + i, k - i, &x[*n], NULL) != SG_OK)
            *s = bad(c, (long)i + 1, "expected a finite number");
        if (*s != SG_OK)
            return 0;
        ++*n;
        i = j;
    }
    return 1;
}

static sg_status whole(const column *c, double x, int *out)
{
    if (x < INT_MIN || x > INT_MAX || x != (double)(long long)x)
        return bad(c, 1, "expected a whole number within +-2^31");
    *out = (int)x;
    return SG_OK;
}

/* One whole number a line, `count` lines, given to out[i]. */
static sg_status labels(const sg_i_text *t, int *out, size_t count, const char *of, sg_error *err)
{
    column c = open_column(t, err);
    sg_status s = SG_OK;
    double x = 0;
    int n;
    size_t i = 0;
    while (s == SG_OK && numbers(&c, &x, 1, &n, &s)) {
        if (i == count)
            return bad(&c, 1, "more lines than there are");
        s = whole(&c, x, &out[i++]);
    }
    if (s == SG_OK && i < count)
        s = sg_fail_at(err, SG_EPARSE, t->file, c.lines.number, 0,
                       "%zu lines, but there are %zu %s", i, count, of);
    return s;
}

/* ---- parsing --------------------------------------------------------------------------------- */

typedef struct parsing {
    const sg_i_text *text;
    sg_error *err;
    sg_graph_set set;
    int64_t *start; /* (graphs + 1) first node of each graph */
    size_t cap;
    sg_i_pair *pair;
    size_t n_pairs, cap_pairs;
} parsing;

static sg_status no_memory(const parsing *p)
{
    return sg_fail(p->err, SG_ENOMEM, "no memory for graphs");
}

/* One more graph, whose nodes begin at `node`. */
static sg_status begin_graph(parsing *p, int64_t node)
{
    if (p->set.n + 2 > p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 64;
        int64_t *start = realloc(p->start, cap * sizeof *start);
        if (!start)
            return no_memory(p);
        p->start = start;
        p->cap = cap;
    }
    sg_graph g = {0};
    p->start[p->set.n] = node;
    return sg_graph_set_take(&p->set, &g, p->err);
}

static sg_status indicator(parsing *p)
{
    column c = open_column(&p->text[SG_I_TUD_INDICATOR], p->err);
    sg_status s = SG_OK;
    double x = 0;
    int n;
    int64_t nodes = 0;
    while (s == SG_OK && numbers(&c, &x, 1, &n, &s)) {
        if (x != (double)p->set.n && x != (double)p->set.n + 1)
            return bad(&c, 1, "graphs are numbered 1, 2, ... and their nodes follow one another");
        if (x == (double)p->set.n + 1)
            s = begin_graph(p, nodes);
        else if (p->set.n == 0)
            return bad(&c, 1, "the first graph is 1");
        nodes++;
        if (s == SG_OK && nodes - p->start[p->set.n - 1] > SG_GRAPH_MAX_NODES)
            return sg_fail_at(p->err, SG_ELIMIT, c.text->file, c.lines.number, 1,
                              "more than %d nodes in a graph", SG_GRAPH_MAX_NODES);
    }
    if (s == SG_OK && p->set.n == 0)
        return sg_fail_at(p->err, SG_EPARSE, c.text->file, 1, 1, "there are no graphs");
    for (size_t i = 0; i < p->set.n && s == SG_OK; i++) {
        p->start[p->set.n] = nodes;
        s = sg_graph_set_nodes(&p->set.g[i], (int)(p->start[i + 1] - p->start[i]), p->err);
    }
    return s;
}

static sg_status edges(parsing *p)
{
    column c = open_column(&p->text[SG_I_TUD_A], p->err);
    sg_status s = SG_OK;
    double x[2];
    int n;
    while (s == SG_OK && numbers(&c, x, 2, &n, &s)) {
        if (n != 2 || !(x[0] >= 1 && x[1] >= 1 && x[0] < 1e15 && x[1] < 1e15) ||
            x[0] != (double)(int64_t)x[0] || x[1] != (double)(int64_t)x[1])
            return bad(&c, 1, "expected two nodes, counted from 1");
        if (p->n_pairs == p->cap_pairs) {
            size_t cap = p->cap_pairs ? 2 * p->cap_pairs : 256;
            sg_i_pair *q = realloc(p->pair, cap * sizeof *q);
            if (!q)
                return no_memory(p);
            p->pair = q;
            p->cap_pairs = cap;
        }
        p->pair[p->n_pairs++] =
            (sg_i_pair){(int64_t)x[0] - 1, (int64_t)x[1] - 1, 1, 1, c.lines.number};
    }
    return s;
}

static sg_status edge_labels(parsing *p)
{
    const sg_i_text *t = &p->text[SG_I_TUD_EDGE_LABELS];
    int *label = t->buf ? malloc((p->n_pairs + 1) * sizeof *label) : NULL;
    if (!t->buf)
        return SG_OK;
    sg_status s = label ? labels(t, label, p->n_pairs, "edges", p->err) : no_memory(p);
    for (size_t k = 0; k < p->n_pairs && s == SG_OK; k++)
        p->pair[k].label = label[k];
    for (size_t i = 0; i < p->set.n; i++)
        p->set.g[i].has_edge_labels = 1;
    free(label);
    return s;
}

static sg_status weights(parsing *p)
{
    const sg_i_text *t = &p->text[SG_I_TUD_EDGE_ATTRIBUTES];
    column c = open_column(t, p->err);
    sg_status s = SG_OK;
    double x = 0;
    int n;
    size_t k = 0;
    if (!t->buf)
        return SG_OK;
    while (s == SG_OK && numbers(&c, &x, 1, &n, &s)) {
        if (k == p->n_pairs)
            return bad(&c, 1, "more lines than edges");
        p->pair[k++].weight = x;
    }
    if (s == SG_OK && k < p->n_pairs)
        s = bad(&c, 0, "fewer lines than edges");
    for (size_t i = 0; i < p->set.n; i++)
        p->set.g[i].has_weights = 1;
    return s;
}

static sg_status node_labels(parsing *p)
{
    const sg_i_text *t = &p->text[SG_I_TUD_NODE_LABELS];
    size_t nodes = (size_t)p->start[p->set.n];
    int *label = t->buf ? malloc((nodes + 1) * sizeof *label) : NULL;
    if (!t->buf)
        return SG_OK;
    sg_status s = label ? labels(t, label, nodes, "nodes", p->err) : no_memory(p);
    for (size_t i = 0; i < p->set.n && s == SG_OK; i++) {
        s = sg_graph_make_labels(&p->set.g[i], p->err);
        if (s == SG_OK)
            memcpy(p->set.g[i].node_label, label + p->start[i],
                   (size_t)p->set.g[i].n_nodes * sizeof *label);
    }
    free(label);
    return s;
}

static sg_status graph_labels(parsing *p)
{
    const sg_i_text *t = &p->text[SG_I_TUD_GRAPH_LABELS];
    int *label = t->buf ? malloc((p->set.n + 1) * sizeof *label) : NULL;
    if (!t->buf)
        return SG_OK;
    sg_status s = label ? labels(t, label, p->set.n, "graphs", p->err) : no_memory(p);
    for (size_t i = 0; i < p->set.n && s == SG_OK; i++) {
        p->set.g[i].has_label = 1;
        p->set.g[i].label = label[i];
    }
    free(label);
    return s;
}

static sg_status node_attributes(parsing *p)
{
    const sg_i_text *t = &p->text[SG_I_TUD_NODE_ATTRIBUTES];
    column c = open_column(t, p->err);
    double x[SG_GRAPH_MAX_X];
    sg_status s = SG_OK;
    int n, n_x = 0;
    if (!t->buf)
        return SG_OK;
    for (size_t i = 0; i < p->set.n && s == SG_OK; i++)
        for (int k = 0; k < p->set.g[i].n_nodes && s == SG_OK; k++) {
            sg_graph *g = &p->set.g[i];
            if (!numbers(&c, x, SG_GRAPH_MAX_X, &n, &s))
                return s == SG_OK ? bad(&c, 0, "fewer lines than nodes") : s;
            if (n_x && n != n_x)
                return bad(&c, 1, "not as many numbers as in the lines before");
            n_x = n;
            if (k == 0)
                s = sg_graph_make_x(g, n_x, p->err);
            if (s == SG_OK)
                memcpy(g->x + (size_t)k * (size_t)n_x, x, (size_t)n_x * sizeof *x);
        }
    if (s == SG_OK && numbers(&c, x, SG_GRAPH_MAX_X, &n, &s))
        s = bad(&c, 1, "more lines than nodes");
    return s;
}

sg_status sg_i_tud_parse(sg_graph_set *set, const sg_i_text text[SG_I_TUD_FILES], sg_error *err)
{
    parsing p = {.text = text, .err = err};
    static sg_status (*const step[])(parsing *) = {
        indicator, edges, edge_labels, weights, node_labels, graph_labels, node_attributes};
    sg_status s = SG_OK;
    for (size_t k = 0; k < sizeof step / sizeof *step && s == SG_OK; k++)
        s = step[k](&p);
    if (s == SG_OK)
        s = sg_i_pairs_add(&p.set, p.start, p.pair, p.n_pairs, text[SG_I_TUD_A].file, err);
    size_t before = set->n;
    for (size_t i = 0; i < p.set.n && s == SG_OK; i++)
        s = sg_graph_set_take(set, &p.set.g[i], err);
    while (s != SG_OK && set->n > before)
        sg_graph_clear(&set->g[--set->n]);
    sg_graph_set_clear(&p.set);
    free(p.start);
    free(p.pair);
    return s;
}

/* ---- printing -------------------------------------------------------------------------------- */

static void put_real(sg_out *o, double x, const char *behind)
{
    char b[32];
    sg_format_double(b, x);
    sg_out_printf(o, "%s%s", b, behind);
}

static void print_one(sg_out *o, const sg_graph *g, int file, size_t graph, int64_t first)
{
    switch (file) {
    case SG_I_TUD_A:
    case SG_I_TUD_EDGE_LABELS:
    case SG_I_TUD_EDGE_ATTRIBUTES:
        for (int k = 0; k < 2 * g->n_edges; k++) { /* both directions, one behind the other */
            const sg_graph_edge *e = &g->edge[k / 2];
            int a = k % 2 ? e->v : e->u, b = k % 2 ? e->u : e->v;
            if (file == SG_I_TUD_A)
                sg_out_printf(o, "%lld, %lld\n", (long long)(first + a + 1),
                              (long long)(first + b + 1));
            else if (file == SG_I_TUD_EDGE_LABELS)
                sg_out_printf(o, "%d\n", e->label);
            else
                put_real(o, e->weight, "\n");
        }
        break;
    case SG_I_TUD_GRAPH_LABELS:
        sg_out_printf(o, "%d\n", g->label);
        break;
    default:
        for (int i = 0; i < g->n_nodes; i++)
            if (file == SG_I_TUD_INDICATOR)
                sg_out_printf(o, "%zu\n", graph + 1);
            else if (file == SG_I_TUD_NODE_LABELS)
                sg_out_printf(o, "%d\n", g->node_label[i]);
            else
                for (int k = 0; k < g->n_x; k++)
                    put_real(o, g->x[(size_t)i * (size_t)g->n_x + (size_t)k],
                             k + 1 < g->n_x ? ", " : "\n");
    }
}

static int has(const sg_graph *g, int file)
{
    switch (file) {
    case SG_I_TUD_GRAPH_LABELS:
        return g->has_label;
    case SG_I_TUD_NODE_LABELS:
        return g->node_label != NULL;
    case SG_I_TUD_EDGE_LABELS:
        return g->has_edge_labels;
    case SG_I_TUD_NODE_ATTRIBUTES:
        return g->n_x;
    case SG_I_TUD_EDGE_ATTRIBUTES:
        return g->has_weights;
    default:
        return 1;
    }
}

sg_status sg_i_tud_print(sg_out *o, const sg_graph_set *s, int file, int *any, sg_error *err)
{
    int of_edges = file == SG_I_TUD_EDGE_LABELS || file == SG_I_TUD_EDGE_ATTRIBUTES, want = -1;
    int64_t first = 0;
    *any = 0;
    for (size_t i = 0; i < s->n; i++) {
        const sg_graph *g = &s->g[i];
        if (g->n_nodes == 0)
            return sg_fail(err, SG_EINVAL, "graph %zu has no nodes: the format cannot hold it",
                           i + 1);
        if (of_edges && g->n_edges == 0) /* has none, so lacks none */
            continue;
        if (want >= 0 && has(g, file) != want)
            return sg_fail(err, SG_EINVAL, "graph %zu differs from the first in what %s holds",
                           i + 1, sg_i_tud_suffix[file]);
        want = has(g, file);
    }
    *any = want > 0 || file == SG_I_TUD_A;
    for (size_t i = 0; i < s->n && *any; i++) {
        print_one(o, &s->g[i], file, i, first);
        first += s->g[i].n_nodes;
    }
    return SG_OK;
}
