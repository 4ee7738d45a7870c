/* Files of molecules. A format is a row of one table; readers take a whole buffer, record by record,
 * and go on behind a bad record; writers check a molecule before the first byte. */
#ifndef SIGEN_MOL_IO_H
#define SIGEN_MOL_IO_H

#include <sigen/file.h>
#include <sigen/mol.h>
#include <sigen/text.h>

SG_BEGIN_DECLS

#define SG_MOL_FILE_LIMIT ((size_t)4 << 30) /* bytes of an input after decompression */

/* Where reading stands. */
typedef struct sg_mol_cursor {
    const char *file; /* for messages; may be NULL */
    sg_lines lines;
    long record; /* records begun so far */
} sg_mol_cursor;

typedef struct sg_mol_format {
    const char *name, *extensions, *summary; /* extensions: ".sdf .mol" */
    /* Reads the next record into m (emptied first). *got = 0 at the end. After SG_EPARSE or SG_ELIMIT
     * the cursor stands behind the bad record. NULL: the format is not read. */
    sg_status (*read)(sg_mol_cursor *c, sg_mol *m, int *got, sg_error *err);
    /* Appends one record; nothing is written when the molecule cannot be expressed (SG_EINVAL,
     * SG_ENAN). NULL: the format is not written. */
    sg_status (*write)(sg_out *o, const sg_mol *m, sg_error *err);
    const char *head, *tail; /* of a file, may be NULL */
    int tags;                /* has a place for data items */
} sg_mol_format;

/* All formats, NULL behind the last; by name ("sdf"); by file name (".gz" is ignored). NULL: none. */
SG_API extern const sg_mol_format *const sg_mol_formats[];
SG_API const sg_mol_format *sg_mol_format_find(const char *name);
SG_API const sg_mol_format *sg_mol_format_of_file(const char *path);

/* Reading a file. format NULL: by the file's name ("-": SDF). */
typedef struct sg_mol_reader sg_mol_reader;
SG_API SG_MUST_CHECK sg_mol_reader *sg_mol_reader_open(const char *path,
                                                       const sg_mol_format *format, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_mol_reader_next(sg_mol_reader *r, sg_mol *m, int *got,
                                                  sg_error *err);
SG_API void sg_mol_reader_close(sg_mol_reader *r); /* accepts NULL */

/* Structural defects that make readers fail or guess: no atoms, coordinates not finite or outside
 * +-9999, bonds to themselves, repeated, or of order 4. SG_OK, or SG_EINVAL / SG_ENAN with
 * the first defect; SG_ENOMEM. Valences are not judged here (sigen/mol_valence.h). */
SG_API SG_MUST_CHECK sg_status sg_mol_check(const sg_mol *m, sg_error *err);

SG_API extern const sg_mol_format sg_mol_sdf;   /* CTfile V2000 and V3000 [sigen-sdf(5)] */
SG_API extern const sg_mol_format sg_mol_sdf3;  /* the same, always written as V3000 */
SG_API extern const sg_mol_format sg_mol_xyz;
SG_API extern const sg_mol_format sg_mol_cml;
SG_API extern const sg_mol_format sg_mol_qm9xyz; /* QM9's own files, only read; recognised in .xyz */
SG_API extern const sg_mol_format sg_mol_smi; /* hydrogens are read as atoms, folded when written */

SG_END_DECLS
#endif
