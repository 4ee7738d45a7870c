/* Files of graphs. A format is a row of one table; readers take a whole input, graph by graph, and
 * go on behind a bad one where the format allows; writers check a graph before the first byte. */
#ifndef SIGEN_GRAPH_IO_H
#define SIGEN_GRAPH_IO_H

#include <sigen/file.h>
#include <sigen/graph.h>
#include <sigen/text.h>

SG_BEGIN_DECLS

#define SG_GRAPH_FILE_LIMIT ((size_t)4 << 30) /* bytes of an input after decompression */

/* Where reading stands. */
typedef struct sg_graph_cursor {
    const char *file; /* for messages; may be NULL */
    sg_lines lines;   /* of formats that are read line by line; else p, end: what is left */
    long record;      /* graphs begun so far */
    void *state;      /* of the format; NULL at the start */
} sg_graph_cursor;

typedef struct sg_graph_format {
    const char *name, *extensions, *summary; /* extensions: ".g6 .graph6" */
    /* Reads the next graph into g (emptied first). *got = 0 at the end. After SG_EPARSE or
     * SG_ELIMIT g is empty and the next call goes on behind the bad graph, or ends. NULL: not read
     * so. */
    sg_status (*read)(sg_graph_cursor *c, sg_graph *g, int *got, sg_error *err);
    void (*done)(sg_graph_cursor *c); /* frees the state; may be NULL */
    /* Appends one graph; nothing is written when the format cannot hold it (SG_EINVAL). NULL: not
     * written so. */
    sg_status (*write)(sg_out *o, const sg_graph *g, sg_error *err);
    const char *head, *tail; /* of a file, may be NULL */
    /* For formats that are read or written as a whole, or, with write, better so. NULL: none. */
    sg_status (*read_set)(sg_graph_set *s, const char *path, sg_error *err);
    sg_status (*write_set)(const char *path, const sg_graph_set *s, sg_error *err);
    int keeps; /* SG_GRAPH_KEEPS_...: what survives writing and reading */
} sg_graph_format;

enum {
    SG_GRAPH_KEEPS_NODE_LABELS = 1,
    SG_GRAPH_KEEPS_EDGE_LABELS = 2,
    SG_GRAPH_KEEPS_WEIGHTS = 4,
    SG_GRAPH_KEEPS_X = 8,
    SG_GRAPH_KEEPS_LABEL = 16,
    SG_GRAPH_KEEPS_TITLE = 32,
};

/* All formats, NULL behind the last; by name ("graph6"); by file name (".gz" is ignored).
 * NULL: none. */
SG_API extern const sg_graph_format *const sg_graph_formats[];
SG_API const sg_graph_format *sg_graph_format_find(const char *name);
SG_API const sg_graph_format *sg_graph_format_of_file(const char *path);

/* What of g is lost in format f, as SG_GRAPH_KEEPS_... bits. */
SG_API int sg_graph_lost(const sg_graph_format *f, const sg_graph *g);

/* Reading a file. format NULL: by the file's name ("-": graph6, a folder: TUDataset). One thread
 * per reader. */
typedef struct sg_graph_reader sg_graph_reader;
SG_API SG_MUST_CHECK sg_graph_reader *
sg_graph_reader_open(const char *path, const sg_graph_format *format, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_graph_reader_next(sg_graph_reader *r, sg_graph *g, int *got,
                                                    sg_error *err);
SG_API void sg_graph_reader_close(sg_graph_reader *r); /* accepts NULL */

/* Writing a file of any format; format NULL: by the file's name ("-": graph6). Nothing lies under
 * the final name before commit, which frees w in any case; discard accepts NULL. */
typedef struct sg_graph_writer sg_graph_writer;
SG_API SG_MUST_CHECK sg_graph_writer *
sg_graph_writer_open(const char *path, const sg_graph_format *format, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_graph_writer_put(sg_graph_writer *w, const sg_graph *g,
                                                   sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_graph_writer_commit(sg_graph_writer *w, sg_error *err);
SG_API void sg_graph_writer_discard(sg_graph_writer *w);

/* Appends all graphs of a file; the first bad one is the error and leaves the set as it was. */
SG_API SG_MUST_CHECK sg_status sg_graph_set_read(sg_graph_set *s, const char *path,
                                                 const sg_graph_format *format, sg_error *err);

SG_API extern const sg_graph_format sg_graph_graph6; /* [McK15] one graph a line, sigen-graph6(5) */
SG_API extern const sg_graph_format sg_graph_graphml;  /* sigen-graphml(5) */
SG_API extern const sg_graph_format sg_graph_gml;      /* sigen-gml(5) */
SG_API extern const sg_graph_format sg_graph_edgelist; /* sigen-edgelist(5) */
SG_API extern const sg_graph_format sg_graph_tud;      /* a folder, sigen-tudataset(5) */
SG_API extern const sg_graph_format sg_graph_npz;      /* sigen-npz(5) */

SG_END_DECLS
#endif
