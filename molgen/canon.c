#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <sigen/mol_canon.h>
#include <sigen/sha256.h>
#include "graph.h"

enum { BUDGET = 4000000, BUDGET_NODE = 200 }; /* nodes recoloured in all, at most */

typedef struct item {
    int colour, node;
    uint64_t look; /* of the neighbours */
} item;

typedef struct level { /* of the search tree: one individualised node more than above */
    struct level *above;
    int *colour; /* (n) after refinement; a colour is the number of nodes of smaller colours */
    int *orbit;  /* (n) union-find of automorphisms that fix the path to here */
    int pick;    /* node individualised below */
} level;

typedef struct canon {
    const sg_i_graph *g;
    int n;
    item *item;                 /* (n) */
    long work;                  /* nodes still to be recoloured */
    int depth;                  /* of the current node of the tree */
    int *path;                  /* (n) picks of the current and */
    int *best_path;             /* (n) of the best leaf */
    int *best, *now;            /* (n) node at each place */
    uint64_t *best_form, *form; /* (n_edges) */
    int found, best_depth;
    sg_error *err;
    sg_status status;
} canon;

static uint64_t mix(uint64_t x) /* splitmix64's finaliser */
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static int by_colour(const void *a, const void *b)
{
    const item *p = a, *q = b;
    if (p->colour != q->colour)
        return p->colour < q->colour ? -1 : 1;
    return p->look < q->look ? -1 : p->look > q->look;
}

/* New colours from sorted items; returns how many there are. */
static int recolour(const canon *c, int *colour)
{
    int classes = 0, first = 0;
    for (int k = 0; k < c->n; k++) {
        if (k == 0 || by_colour(&c->item[k - 1], &c->item[k]) != 0) {
            first = k;
            classes++;
        }
        colour[c->item[k].node] = first;
    }
    return classes;
}

/* Splits colours by the neighbours' colours until nothing changes; 1: all differ. A collision of
 * the sums leaves nodes together that could be told apart, for every numbering alike. */
static int refine(canon *c, int *colour, int classes)
{
    const sg_i_graph *g = c->g;
    for (int before = 0; classes != before && classes < c->n && c->work > 0;) {
        for (int i = 0; i < c->n; i++) {
            uint64_t look = 0;
            for (int q = g->start[i]; q < g->start[i + 1]; q++)
                look += mix((uint64_t)colour[g->nbr[q]] << 8 | (uint64_t)g->order[g->edge[q]]);
            c->item[i] = (item){colour[i], i, look};
        }
        qsort(c->item, (size_t)c->n, sizeof *c->item, by_colour);
        before = classes;
        classes = recolour(c, colour);
        c->work -= c->n;
    }
    return classes;
}

static int start_colours(canon *c, int *colour)
{
    const sg_i_graph *g = c->g;
    for (int i = 0; i < c->n; i++) {
        const sg_mol_atom *a = &g->mol->atom[g->atom[i]];
        c->item[i] = (item){a->element << 8 | (a->charge + 128), i, (uint64_t)g->hyd[i]};
    }
    qsort(c->item, (size_t)c->n, sizeof *c->item, by_colour);
    return refine(c, colour, recolour(c, colour));
}

/* ---- leaves ---------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    uint64_t p = *(const uint64_t *)a, q = *(const uint64_t *)b;
    return p < q ? -1 : p > q;
}

/* Edges as (larger place, smaller place, order), ascending. */
static void write_form(const canon *c, const int *colour, uint64_t *form)
{
    const sg_i_graph *g = c->g;
    for (int e = 0; e < g->n_edges; e++) {
        int p = colour[g->end[2 * e]], q = colour[g->end[2 * e + 1]];
        form[e] = (uint64_t)(p > q ? p : q) << 32 | (uint64_t)(p > q ? q : p) << 8 |
                  (uint64_t)g->order[e];
    }
    qsort(form, (size_t)g->n_edges, sizeof *form, by_value);
}

static int compare(const uint64_t *a, const uint64_t *b, int n)
{
    for (int e = 0; e < n; e++)
        if (a[e] != b[e])
            return a[e] < b[e] ? -1 : 1;
    return 0;
}

static int root(int *up, int i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]];
    return i;
}

/* The place where the current path leaves that of the best leaf. */
static int parting(const canon *c)
{
    int k = 0;
    while (k < c->depth && k < c->best_depth && c->path[k] == c->best_path[k])
        k++;
    return k;
}

/* A leaf: keeps it when it is smaller; when it equals the best one, the map between them is an
 * automorphism, and nothing new lies below the fork. Returns the depth to go back to. */
static int leaf(canon *c, const level *at, const int *colour)
{
    for (int i = 0; i < c->n; i++)
        c->now[colour[i]] = i;
    write_form(c, colour, c->form);
    int order = c->found ? compare(c->form, c->best_form, c->g->n_edges) : -1;
    if (order == 0) {
        int back = parting(c), d = c->depth - 1;
        for (const level *l = at; l; l = l->above, d--)
            if (d <= back)
                for (int k = 0; k < c->n; k++)
                    l->orbit[root(l->orbit, c->best[k])] = root(l->orbit, c->now[k]);
        return back;
    }
    if (order < 0) {
        uint64_t *form = c->best_form;
        int *now = c->best;
        c->best_form = c->form, c->form = form;
        c->best = c->now, c->now = now;
        memcpy(c->best_path, c->path, sizeof *c->path * (size_t)c->depth);
        c->best_depth = c->depth;
        c->found = 1;
    }
    return c->depth;
}

/* ---- search ---------------------------------------------------------------------------------- */

/* First smallest class of several nodes: its colour and size. */
static int target(const canon *c, const int *colour, int *count, int *size)
{
    int best = -1;
    memset(count, 0, sizeof *count * (size_t)c->n);
    for (int i = 0; i < c->n; i++)
        count[colour[i]]++;
    for (int k = 0; k < c->n; k++)
        if (count[k] > 1 && (best < 0 || count[k] < count[best]))
            best = k;
    *size = best < 0 ? 0 : count[best];
    return best;
}

static int below(canon *c, level *above, int *colour, int classes);

/* One child: node v comes before the others of its class. */
static int child(canon *c, level *l, int v, int classes)
{
    int *colour = malloc(sizeof *colour * (size_t)c->n);
    if (!colour) {
        c->status = sg_fail(c->err, SG_ENOMEM, "no memory for canonical labelling");
        return 0;
    }
    for (int i = 0; i < c->n; i++)
        colour[i] = l->colour[i] + (l->colour[i] == l->colour[v] && i != v);
    l->pick = v;
    c->path[c->depth++] = v;
    int back = below(c, l, colour, refine(c, colour, classes + 1));
    c->depth--;
    free(colour);
    return back;
}

/* Explores the tree below a colouring; returns the depth to go back to. */
static int below(canon *c, level *above, int *colour, int classes)
{
    int depth = c->depth, size, n = c->n;
    if (classes < n && c->work <= 0) { /* give up: what is left goes by number */
        for (int i = 0; i < n; i++)
            c->item[i] = (item){colour[i], i, (uint64_t)i};
        qsort(c->item, (size_t)n, sizeof *c->item, by_colour);
        classes = recolour(c, colour);
    }
    if (classes == n)
        return leaf(c, above, colour);
    int *orbit = malloc(sizeof *orbit * (size_t)n * 2), *tried = orbit ? orbit + n : NULL;
    if (!orbit) {
        c->status = sg_fail(c->err, SG_ENOMEM, "no memory for canonical labelling");
        return 0;
    }
    int cell = target(c, colour, tried, &size), count = 0, back = depth;
    level l = {.above = above, .colour = colour, .orbit = orbit};
    for (int i = 0; i < n; i++)
        orbit[i] = i;
    for (int v = 0; v < n && back >= depth && c->status == SG_OK; v++) {
        int known = colour[v] != cell || (count > 0 && c->work <= 0);
        for (int k = 0; k < count && !known; k++)
            known = root(orbit, tried[k]) == root(orbit, v);
        if (known)
            continue;
        tried[count++] = v;
        back = child(c, &l, v, classes);
    }
    free(orbit);
    return back < depth ? back : depth;
}

static void put32(sg_sha256 *s, uint32_t x)
{
    unsigned char b[4] = {(unsigned char)x, (unsigned char)(x >> 8), (unsigned char)(x >> 16),
                          (unsigned char)(x >> 24)};
    sg_sha256_update(s, b, sizeof b);
}

static void make_key(const canon *c, unsigned char key[SG_MOL_KEY])
{
    const sg_i_graph *g = c->g;
    unsigned char digest[SG_SHA256_BYTES];
    sg_sha256 s;
    sg_sha256_init(&s);
    put32(&s, (uint32_t)c->n);
    for (int k = 0; k < c->n; k++) {
        const sg_mol_atom *a = &g->mol->atom[g->atom[c->best[k]]];
        put32(&s, (uint32_t)a->element << 8 | (uint32_t)(a->charge + 128));
        put32(&s, (uint32_t)g->hyd[c->best[k]]);
    }
    for (int e = 0; e < g->n_edges; e++) {
        put32(&s, (uint32_t)(c->best_form[e] >> 32));
        put32(&s, (uint32_t)c->best_form[e]);
    }
    sg_sha256_final(&s, digest);
    memcpy(key, digest, SG_MOL_KEY);
}

static sg_status label(unsigned char key[SG_MOL_KEY], int *order, int *exact, const sg_i_graph *g,
                       sg_error *err)
{
    size_t n = (size_t)g->n, m = (size_t)g->n_edges;
    canon c = {
        .g = g, .n = g->n, .work = BUDGET + BUDGET_NODE * (long)g->n, .err = err, .status = SG_OK};
    int *ints = calloc(5 * n + 1, sizeof *ints);
    c.item = malloc(sizeof *c.item * (n + 1));
    uint64_t *forms = malloc(sizeof *forms * (2 * m + 1));
    if (ints && c.item && forms) {
        c.path = ints;
        c.best_path = ints + n;
        c.best = ints + 2 * n;
        c.now = ints + 3 * n;
        c.best_form = forms;
        c.form = forms + m;
        int *colour = ints + 4 * n;
        below(&c, NULL, colour, start_colours(&c, colour));
    } else {
        c.status = sg_fail(err, SG_ENOMEM, "no memory for canonical labelling");
    }
    if (c.status == SG_OK) {
        make_key(&c, key);
        if (order)
            memcpy(order, c.best, sizeof *order * n);
        if (exact)
            *exact = c.work > 0;
    }
    free(ints);
    free(c.item);
    free(forms);
    return c.status;
}

sg_status sg_mol_canon(unsigned char key[SG_MOL_KEY], int *order, int *n, int *exact,
                       const sg_mol *m, sg_error *err)
{
    sg_i_graph g;
    sg_status s = sg_i_graph_make(&g, m, err);
    if (s != SG_OK)
        return s;
    s = sg_i_aromatic(&g, NULL, NULL, err);
    if (s == SG_OK)
        s = label(key, order, exact, &g, err);
    for (int k = 0; s == SG_OK && order && k < g.n; k++)
        order[k] = g.atom[order[k]];
    if (s == SG_OK && n)
        *n = g.n;
    sg_i_graph_clear(&g);
    return s;
}
