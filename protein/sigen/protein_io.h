/* Files of protein backbones. A format is a row of one table; readers take a whole buffer, model by
 * model; writers check a model before its first byte. Only N, CA, C, O and CB are kept; what was
 * left out is counted in sg_protein.dropped. */
#ifndef SIGEN_PROTEIN_IO_H
#define SIGEN_PROTEIN_IO_H

#include <sigen/file.h>
#include <sigen/protein.h>
#include <sigen/text.h>

SG_BEGIN_DECLS

#define SG_PROTEIN_FILE_LIMIT ((size_t)4 << 30) /* bytes of an input after decompression */

/* Where reading stands. Begun with sg_protein_cursor_init, ended with sg_protein_cursor_clear. */
typedef struct sg_protein_cursor {
    const char *file; /* for messages; may be NULL */
    sg_lines lines;
    long record;                                             /* models begun so far */
    char id[SG_PROTEIN_ID + 1], title[SG_PROTEIN_TITLE + 1]; /* of the file */
    void *state;                                             /* the format's own */
    void (*state_free)(void *state);
} sg_protein_cursor;

SG_API void sg_protein_cursor_init(sg_protein_cursor *c, const char *file, const char *buf,
                                   size_t len);
SG_API void sg_protein_cursor_clear(sg_protein_cursor *c);

/* What goes into a file beside the models. Strings are borrowed; a zeroed struct is allowed. */
typedef struct sg_protein_style {
    const char *id;         /* of the entry; default "SIGN" */
    const char *title;      /* default: the first model's */
    const char *provenance; /* program, model, seed ...; NULL: none */
} sg_protein_style;

/* A file being written; its parts are the formats' own. */
typedef struct sg_protein_sink {
    sg_out *out;
    sg_protein_style style;
    size_t models;               /* written so far */
    size_t blocks, block_models; /* data blocks begun, models in the last one */
    sg_protein like;             /* the first model of the block */
    char (*labels)[24];          /* (like.n_chains) names of its chains, all different */
} sg_protein_sink;

typedef struct sg_protein_format {
    const char *name, *extensions, *summary; /* extensions: ".pdb .ent" */
    /* Reads the next model into p (emptied first). *got = 0 at the end. After SG_EPARSE or
     * SG_ELIMIT the cursor stands behind the bad model. NULL: the format is not read. */
    sg_status (*read)(sg_protein_cursor *c, sg_protein *p, int *got, sg_error *err);
    /* Appends one model, the file's head before the first; nothing is written when the model cannot
     * be expressed (SG_EINVAL, SG_ENAN, SG_ELIMIT). NULL: the format is not written. */
    sg_status (*write)(sg_protein_sink *k, const sg_protein *p, sg_error *err);
    /* For a file in parts. pass: as though the model had been written to k, without its bytes; of p
     * only chains and residues matter. head: what a part that begins with p needs in front, after
     * the models before p were passed, to be a file of its own; the first part needs none. */
    sg_status (*pass)(sg_protein_sink *k, const sg_protein *p, sg_error *err);
    sg_status (*head)(sg_protein_sink *k, const sg_protein *p, sg_error *err);
    void (*tail)(sg_protein_sink *k); /* of a file; may be NULL */
} sg_protein_format;

/* All formats, NULL behind the last; by name ("pdb"); by file name (".gz" is ignored); by what the
 * file begins with (never NULL: PDB if nothing else fits). NULL: none. */
SG_API extern const sg_protein_format *const sg_protein_formats[];
SG_API const sg_protein_format *sg_protein_format_find(const char *name);
SG_API const sg_protein_format *sg_protein_format_of_file(const char *path);
SG_API const sg_protein_format *sg_protein_format_of_text(const char *buf, size_t len);

/* Reading a file, plain or gzip, "-" for standard input. format NULL: by the file's name, else by
 * its beginning. */
typedef struct sg_protein_reader sg_protein_reader;
SG_API SG_MUST_CHECK sg_protein_reader *
sg_protein_reader_open(const char *path, const sg_protein_format *format, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_protein_reader_next(sg_protein_reader *r, sg_protein *p, int *got,
                                                      sg_error *err);
SG_API void sg_protein_reader_close(sg_protein_reader *r); /* accepts NULL */

/* Writing. The sink borrows `out`; sg_protein_sink_end writes the tail and releases the sink's own
 * memory, also after a failure. */
SG_API void sg_protein_sink_init(sg_protein_sink *k, sg_out *out, const sg_protein_style *style);
SG_API void sg_protein_sink_end(sg_protein_sink *k, const sg_protein_format *f);

/* Defects that make other programs fail or guess: no residues, no CA, coordinates not finite or
 * outside
 * +-9999, atoms in one place, a residue number twice in a chain. SG_OK, or SG_EINVAL / SG_ENAN with
 * the first. Geometry is judged by sigen/protein_metrics.h. */
SG_API SG_MUST_CHECK sg_status sg_protein_check(const sg_protein *p, sg_error *err);

SG_API extern const sg_protein_format sg_protein_pdb; /* */
SG_API extern const sg_protein_format
    sg_protein_mmcif; /* models of other composition: a data block each */
SG_API extern const sg_protein_format sg_protein_pdbml; /* XML; models must be of one composition */
SG_API extern const sg_protein_format sg_protein_pbb;   /* packed training file */

SG_END_DECLS
#endif
