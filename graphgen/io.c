#include <config.h>
#include <sigen/graph_io.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const sg_graph_format *const sg_graph_formats[] = {
    &sg_graph_graph6, &sg_graph_graphml, &sg_graph_gml, &sg_graph_edgelist,
    &sg_graph_tud,    &sg_graph_npz,     NULL};

const sg_graph_format *sg_graph_format_find(const char *name)
{
    for (size_t i = 0; sg_graph_formats[i]; i++)
        if (strcmp(sg_graph_formats[i]->name, name) == 0)
            return sg_graph_formats[i];
    return NULL;
}

const sg_graph_format *sg_graph_format_of_file(const char *path)
{
    size_t len = strlen(path);
    if (len > 3 && strcmp(path + len - 3, ".gz") == 0)
        len -= 3;
    for (size_t i = 0; sg_graph_formats[i]; i++)
        for (const char *e = sg_graph_formats[i]->extensions; *e;) {
            size_t n = strcspn(e, " ");
            if (n < len && memcmp(e, path + len - n, n) == 0 && path[len - n - 1] != '/')
                return sg_graph_formats[i];
            e += n + (e[n] == ' ');
        }
    return NULL;
}

static const sg_graph_format *guess(const char *path, const sg_graph_format *format, sg_error *err)
{
    struct stat st;
    if (!format && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        format = &sg_graph_tud;
    if (!format)
        format = strcmp(path, "-") == 0 ? &sg_graph_graph6 : sg_graph_format_of_file(path);
    if (!format)
        sg_fail_at(err, SG_EINVAL, path, 0, 0, "no graph format is known by this name");
    return format;
}

int sg_graph_lost(const sg_graph_format *f, const sg_graph *g)
{
    int has = (g->node_label ? SG_GRAPH_KEEPS_NODE_LABELS : 0) |
              (g->has_edge_labels ? SG_GRAPH_KEEPS_EDGE_LABELS : 0) |
              (g->has_weights ? SG_GRAPH_KEEPS_WEIGHTS : 0) | (g->n_x ? SG_GRAPH_KEEPS_X : 0) |
              (g->has_label ? SG_GRAPH_KEEPS_LABEL : 0) | (g->title[0] ? SG_GRAPH_KEEPS_TITLE : 0);
    return has & ~f->keeps;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct sg_graph_reader {
    const sg_graph_format *format;
    char *buf, *path;
    sg_graph_cursor cursor;
    sg_graph_set set; /* of formats that are read as a whole */
    size_t at;
};

sg_graph_reader *sg_graph_reader_open(const char *path, const sg_graph_format *format,
                                      sg_error *err)
{
    size_t len;
    format = guess(path, format, err);
    if (!format)
        return NULL;
    sg_graph_reader *r = calloc(1, sizeof *r);
    if (!r || !(r->path = strdup(path))) {
        free(r);
        sg_fail(err, SG_ENOMEM, "no memory to read %s", path);
        return NULL;
    }
    r->format = format;
    r->cursor.file = r->path;
    sg_status s = format->read ? sg_file_read(path, SG_GRAPH_FILE_LIMIT, &r->buf, &len, err)
                               : format->read_set(&r->set, path, err);
    if (s != SG_OK) {
        sg_graph_reader_close(r);
        return NULL;
    }
    if (format->read)
        sg_lines_init(&r->cursor.lines, r->buf, len);
    return r;
}

sg_status sg_graph_reader_next(sg_graph_reader *r, sg_graph *g, int *got, sg_error *err)
{
    if (r->format->read)
        return r->format->read(&r->cursor, g, got, err);
    *got = r->at < r->set.n;
    if (!*got)
        return SG_OK;
    sg_graph_clear(g);
    *g = r->set.g[r->at];
    memset(&r->set.g[r->at++], 0, sizeof *g);
    return SG_OK;
}

void sg_graph_reader_close(sg_graph_reader *r)
{
    if (!r)
        return;
    if (r->format->done)
        r->format->done(&r->cursor);
    sg_graph_set_clear(&r->set);
    free(r->buf);
    free(r->path);
    free(r);
}

sg_status sg_graph_set_read(sg_graph_set *set, const char *path, const sg_graph_format *format,
                            sg_error *err)
{
    sg_error e = {0};
    sg_graph g = {0};
    size_t before = set->n;
    int got = 1;
    sg_graph_reader *r = sg_graph_reader_open(path, format, &e);
    sg_status s = r ? SG_OK : e.code;
    while (s == SG_OK && got) {
        s = sg_graph_reader_next(r, &g, &got, &e);
        if (s == SG_OK && got)
            s = sg_graph_set_take(set, &g, &e);
    }
    sg_graph_clear(&g);
    sg_graph_reader_close(r);
    while (s != SG_OK && set->n > before)
        sg_graph_clear(&set->g[--set->n]);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct sg_graph_writer {
    const sg_graph_format *format;
    char *path;
    sg_out *out;
    sg_graph_set set; /* of formats that are written as a whole */
};

sg_graph_writer *sg_graph_writer_open(const char *path, const sg_graph_format *format,
                                      sg_error *err)
{
    format = guess(path, format, err);
    if (!format)
        return NULL;
    sg_graph_writer *w = calloc(1, sizeof *w);
    if (!w || !(w->path = strdup(path))) {
        free(w);
        sg_fail(err, SG_ENOMEM, "no memory to write %s", path);
        return NULL;
    }
    w->format = format;
    if (!format->write_set && !(w->out = sg_out_open(path, err))) {
        sg_graph_writer_discard(w);
        return NULL;
    }
    if (w->out && format->head)
        sg_out_puts(w->out, format->head);
    return w;
}

sg_status sg_graph_writer_put(sg_graph_writer *w, const sg_graph *g, sg_error *err)
{
    return w->out ? w->format->write(w->out, g, err) : sg_graph_set_add(&w->set, g, err);
}

sg_status sg_graph_writer_commit(sg_graph_writer *w, sg_error *err)
{
    sg_status s;
    if (w->out) {
        if (w->format->tail)
            sg_out_puts(w->out, w->format->tail);
        s = sg_out_commit(w->out, err);
        w->out = NULL;
    } else {
        s = w->format->write_set(w->path, &w->set, err);
    }
    sg_graph_writer_discard(w);
    return s;
}

void sg_graph_writer_discard(sg_graph_writer *w)
{
    if (!w)
        return;
    sg_out_discard(w->out);
    sg_graph_set_clear(&w->set);
    free(w->path);
    free(w);
}
