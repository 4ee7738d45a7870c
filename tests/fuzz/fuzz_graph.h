/* What the libFuzzer targets of graph formats share: read every graph, write it, read it again,
 * write it again and compare the two texts. `make fuzz-graphs` builds and runs them. */
#ifndef SG_FUZZ_GRAPH_H
#define SG_FUZZ_GRAPH_H

#include <sigen/graph_io.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static inline void must(int good)
{
    if (!good)
        abort();
}

/* What every graph that was read must be. */
static inline void sound(const sg_graph *g)
{
    must(g->n_nodes >= 0 && g->n_nodes <= SG_GRAPH_MAX_NODES);
    for (int k = 0; k < g->n_edges; k++) {
        const sg_graph_edge *e = &g->edge[k];
        must(e->u >= 0 && e->u < e->v && e->v < g->n_nodes && e->weight - e->weight == 0);
        must(k == 0 || sg_graph_pair(e[-1].u, e[-1].v) < sg_graph_pair(e->u, e->v));
    }
    for (int i = 0; i < g->n_nodes * g->n_x; i++)
        must(g->x[i] - g->x[i] == 0);
}

static inline char *text_of(const sg_graph_format *f, const sg_graph *g, size_t *len)
{
    sg_error err = {0};
    char *text = NULL;
    sg_out *o = sg_out_memory(&err);
    must(o != NULL);
    if (f->head)
        sg_out_puts(o, f->head);
    sg_status s = f->write(o, g, &err);
    if (f->tail)
        sg_out_puts(o, f->tail);
    must(sg_out_take(o, &text, len, NULL) == SG_OK);
    if (s == SG_OK)
        return text;
    must(err.text[0] != '\0');
    free(text);
    return NULL;
}

static inline void again(const sg_graph_format *f, const sg_graph *g)
{
    size_t len, len2;
    int got = 0;
    sg_error err = {0};
    sg_graph h = {0};
    char *a = text_of(f, g, &len), *b;
    if (!a)
        return;
    sg_graph_cursor c = {0};
    sg_lines_init(&c.lines, a, len);
    must(f->read(&c, &h, &got, &err) == SG_OK && got && h.n_nodes == g->n_nodes &&
         h.n_edges == g->n_edges);
    b = text_of(f, &h, &len2);
    must(b && len == len2 && memcmp(a, b, len) == 0);
    must(f->read(&c, &h, &got, &err) == SG_OK && !got);
    if (f->done)
        f->done(&c);
    sg_graph_clear(&h);
    free(a);
    free(b);
}

static inline int fuzz(const sg_graph_format *f, const uint8_t *data, size_t len)
{
    char *copy = malloc(len + !len); /* no byte more: the sanitizer sees the first one too far */
    sg_graph g = {0};
    sg_graph_cursor c = {.file = "in"};
    int got = 1, bad = 0;
    must(copy != NULL);
    if (len)
        memcpy(copy, data, len);
    sg_lines_init(&c.lines, copy, len);
    while (got) {
        sg_error err = {0};
        sg_status s = f->read(&c, &g, &got, &err);
        must(s == SG_OK || (err.text[0] != '\0' && g.n_nodes == 0 && !got));
        if (s == SG_OK && got) {
            sound(&g);
            again(f, &g);
        }
        bad += s != SG_OK;
        got |= s != SG_OK;
        must(bad <= (int)len + 1); /* it comes to an end */
    }
    if (f->done)
        f->done(&c);
    sg_graph_clear(&g);
    free(copy);
    return 0;
}

/* Sets: printed, parsed and printed again give the same bytes. */
static inline void sound_set(sg_graph_set *s)
{
    for (size_t i = 0; i < s->n; i++)
        sound(&s->g[i]);
}

#endif
