#include <config.h>
#include <sigen/mol_io.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

const sg_mol_format *const sg_mol_formats[] = {
    &sg_mol_sdf, &sg_mol_sdf3, &sg_mol_xyz, &sg_mol_smi, &sg_mol_cml, &sg_mol_qm9xyz, NULL};

const sg_mol_format *sg_mol_format_find(const char *name)
{
    for (size_t i = 0; sg_mol_formats[i]; i++)
        if (strcmp(sg_mol_formats[i]->name, name) == 0)
            return sg_mol_formats[i];
    return NULL;
}

const sg_mol_format *sg_mol_format_of_file(const char *path)
{
    size_t len = strlen(path);
    if (len > 3 && strcmp(path + len - 3, ".gz") == 0)
        len -= 3;
    size_t dot = len;
    while (dot > 0 && path[dot - 1] != '.' && path[dot - 1] != '/')
        dot--;
    if (dot == 0 || path[dot - 1] != '.')
        return NULL;
    for (size_t i = 0; sg_mol_formats[i]; i++)
        for (const char *e = sg_mol_formats[i]->extensions; *e;) {
            size_t n = strcspn(e, " ");
            if (n == len - dot + 1 && memcmp(e, path + dot - 1, n) == 0)
                return sg_mol_formats[i];
            e += n + (e[n] == ' ');
        }
    return NULL;
}

struct sg_mol_reader {
    const sg_mol_format *format;
    char *buf, *path;
    sg_mol_cursor cursor;
};

/* QM9's own files are named .xyz; their second line begins with "gdb ". */
static int is_qm9(const char *buf, size_t len)
{
    const char *lf = memchr(buf, '\n', len);
    return lf && len - (size_t)(lf + 1 - buf) > 4 && memcmp(lf + 1, "gdb ", 4) == 0;
}

sg_mol_reader *sg_mol_reader_open(const char *path, const sg_mol_format *format, sg_error *err)
{
    sg_mol_reader *r = calloc(1, sizeof *r);
    size_t len;
    if (!r || !(r->path = strdup(path))) {
        free(r);
        sg_fail(err, SG_ENOMEM, "no memory to read %s", path);
        return NULL;
    }
    r->format = format ? format : sg_mol_format_of_file(path);
    if (!r->format && strcmp(path, "-") == 0)
        r->format = &sg_mol_sdf;
    if (!r->format || !r->format->read) {
        sg_fail_at(err, SG_EINVAL, path, 0, 0, "no molecule format is known by this name: .sdf, .xyz, .smi, .cml");
        sg_mol_reader_close(r);
        return NULL;
    }
    if (sg_file_read(path, SG_MOL_FILE_LIMIT, &r->buf, &len, err) != SG_OK) {
        sg_mol_reader_close(r);
        return NULL;
    }
    if (!format && r->format == &sg_mol_xyz && is_qm9(r->buf, len))
        r->format = &sg_mol_qm9xyz;
    r->cursor.file = r->path;
    sg_lines_init(&r->cursor.lines, r->buf, len);
    return r;
}

sg_status sg_mol_reader_next(sg_mol_reader *r, sg_mol *m, int *got, sg_error *err)
{
    return r->format->read(&r->cursor, m, got, err);
}

void sg_mol_reader_close(sg_mol_reader *r)
{
    if (!r)
        return;
    free(r->buf);
    free(r->path);
    free(r);
}

static int by_ends(const void *pa, const void *pb)
{
    const sg_mol_bond *a = pa, *b = pb;
    return a->a != b->a ? a->a - b->a : a->b - b->b;
}

sg_status sg_mol_check(const sg_mol *m, sg_error *err)
{
    if (m->n_atoms == 0)
        return sg_fail(err, SG_EINVAL, "molecule has no atoms");
    if (m->n_atoms > SG_MOL_MAX_ATOMS || m->n_bonds > 4 * SG_MOL_MAX_ATOMS)
        return sg_fail(err, SG_EINVAL, "%d atoms and %d bonds, at most %d and %d", m->n_atoms,
                       m->n_bonds, SG_MOL_MAX_ATOMS, 4 * SG_MOL_MAX_ATOMS);
    for (int i = 0; i < m->n_atoms; i++)
        for (int c = 0; c < 3; c++) {
            double x = m->atom[i].xyz[c];
            if (!isfinite(x))
                return sg_fail(err, SG_ENAN, "coordinate %c of atom %d is not finite", "xyz"[c],
                               i + 1);
            if (fabs(x) > 9999)
                return sg_fail(err, SG_EINVAL, "coordinate %c of atom %d is %g, allowed are +-9999",
                               "xyz"[c], i + 1, x);
        }
    sg_mol_bond *b = malloc(((size_t)m->n_bonds + 1) * sizeof *b);
    sg_status s = b ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory to check bonds");
    if (b && m->n_bonds)
        memcpy(b, m->bond, (size_t)m->n_bonds * sizeof *b);
    if (b)
        qsort(b, (size_t)m->n_bonds, sizeof *b, by_ends);
    for (int k = 0; k < m->n_bonds && s == SG_OK; k++) {
        if (b[k].a == b[k].b || b[k].a < 0 || b[k].b >= m->n_atoms)
            s = sg_fail(err, SG_EINVAL, "bond between atoms %d and %d of %d", b[k].a + 1,
                        b[k].b + 1, m->n_atoms);
        else if (b[k].order > 3 || b[k].order < 1)
            s = sg_fail(err, SG_EINVAL, "bond %d-%d has order %d, allowed are 1, 2, 3 (kekulised)",
                        b[k].a + 1, b[k].b + 1, b[k].order);
        else if (k && by_ends(&b[k - 1], &b[k]) == 0)
            s = sg_fail(err, SG_EINVAL, "bond %d-%d is given twice", b[k].a + 1, b[k].b + 1);
    }
    free(b);
    return s;
}
