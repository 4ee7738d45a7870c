/* Writing CTfile structure-data files, in the layout that other programs read [sigen-sdf(5)]. */
#include <config.h>
#include <sigen/mol_io.h>

#include <string.h>

#include "sdf.h"

/* Printable ASCII, at most 80 characters, never "$$$$"; empty becomes `empty`. */
static void header_text(sg_out *o, const char *text, const char *empty)
{
    char b[81];
    size_t n = 0;
    for (; text[n] && n < 80; n++)
        b[n] = text[n] >= 0x20 && text[n] < 0x7f ? text[n] : '?';
    b[n] = '\0';
    if (n >= 4 && memcmp(b, "$$$$", 4) == 0)
        b[0] = '?';
    sg_out_printf(o, "%s\n", n ? b : empty);
}

static void coordinate(sg_out *o, double x, int width)
{
    char b[64];
    sg_format_fixed(b, x, 4);
    sg_out_printf(o, "%*s", width, b);
}

static int radical_code(int electrons)
{
    return electrons == 1 ? 2 : 3;
}

/* Up to 8 entries a line. */
static void property_lines(sg_out *o, const sg_mol *m, const char *key, int radical)
{
    int at[8], n = 0;
    for (int i = 0; i <= m->n_atoms; i++) {
        int v = i == m->n_atoms ? 0 : radical ? m->atom[i].radical : m->atom[i].charge;
        if (v)
            at[n++] = i;
        if (n == 8 || (i == m->n_atoms && n)) {
            sg_out_printf(o, "M  %s%3d", key, n);
            for (int k = 0; k < n; k++)
                sg_out_printf(o, " %3d %3d", at[k] + 1,
                              radical ? radical_code(m->atom[at[k]].radical)
                                      : m->atom[at[k]].charge);
            sg_out_puts(o, "\n");
            n = 0;
        }
    }
}

static void write_v2000(sg_out *o, const sg_mol *m)
{
    static const int code_of[] = {7, 6, 5, 0, 3, 2, 1}; /* charges -3 .. 3 */
    sg_out_printf(o, "%3d%3d  0  0  0  0  0  0  0  0999 V2000\n", m->n_atoms, m->n_bonds);
    for (int i = 0; i < m->n_atoms; i++) {
        const sg_mol_atom *a = &m->atom[i];
        for (int c = 0; c < 3; c++)
            coordinate(o, a->xyz[c], 10);
        sg_out_printf(o, " %-3s 0%3d  0  0  0  0  0  0  0  0  0  0\n",
                      sg_element_symbol(a->element),
                      a->charge >= -3 && a->charge <= 3 ? code_of[a->charge + 3] : 0);
    }
    for (int k = 0; k < m->n_bonds; k++)
        sg_out_printf(o, "%3d%3d%3d  0  0  0  0\n", m->bond[k].a + 1, m->bond[k].b + 1,
                      m->bond[k].order);
    property_lines(o, m, "CHG", 0);
    property_lines(o, m, "RAD", 1);
}

static void write_v3000(sg_out *o, const sg_mol *m)
{
    sg_out_puts(o, "  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\n");
    sg_out_printf(o, "M  V30 COUNTS %d %d 0 0 0\nM  V30 BEGIN ATOM\n", m->n_atoms, m->n_bonds);
    for (int i = 0; i < m->n_atoms; i++) {
        const sg_mol_atom *a = &m->atom[i];
        sg_out_printf(o, "M  V30 %d %s", i + 1, sg_element_symbol(a->element));
        for (int c = 0; c < 3; c++) {
            sg_out_puts(o, " ");
            coordinate(o, a->xyz[c], 0);
        }
        sg_out_puts(o, " 0");
        if (a->charge)
            sg_out_printf(o, " CHG=%d", a->charge);
        if (a->radical)
            sg_out_printf(o, " RAD=%d", radical_code(a->radical));
        sg_out_puts(o, "\n");
    }
    sg_out_puts(o, "M  V30 END ATOM\n");
    if (m->n_bonds) {
        sg_out_puts(o, "M  V30 BEGIN BOND\n");
        for (int k = 0; k < m->n_bonds; k++)
            sg_out_printf(o, "M  V30 %d %d %d %d\n", k + 1, m->bond[k].order, m->bond[k].a + 1,
                          m->bond[k].b + 1);
        sg_out_puts(o, "M  V30 END BOND\n");
    }
    sg_out_puts(o, "M  V30 END CTAB\n");
}

/* Names of other programs are kept, so more than [A-Za-z][A-Za-z0-9_]* must pass; "<" and ">" cut
 * them. */
static int tag_name_ok(const char *s)
{
    if (*s == '\0' || strlen(s) > 127)
        return 0;
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == '<' || *s == '>')
            return 0;
    return 1;
}

/* A value line may not be blank, end the record, look like a header, or hold control characters; no
 * line at all is an empty value. */
static int tag_value_ok(const char *v)
{
    for (const char *p = v; *p;) {
        size_t n = strcspn(p, "\n");
        if (n == 0 || (*p == '>' && memchr(p, '<', n)) || (n >= 4 && memcmp(p, "$$$$", 4) == 0))
            return 0;
        for (size_t i = 0; i < n; i++)
            if ((unsigned char)p[i] < 0x20 && p[i] != '\t')
                return 0;
        if (p[n] == '\n' && p[n + 1] == '\0')
            return 0;
        p += n + (p[n] == '\n');
    }
    return 1;
}

static sg_status sdf_write_as(sg_out *o, const sg_mol *m, int v3, sg_error *err)
{
    sg_status s = sg_mol_check(m, err);
    if (s != SG_OK)
        return s;
    if (!m->has_bonds && m->n_atoms > 1)
        return sg_fail(err, SG_EINVAL, "a molecule without bonds is not written as SDF");
    for (int i = 0; i < m->n_tags; i++)
        if (!tag_name_ok(m->tag[i].name) || !tag_value_ok(m->tag[i].value))
            return sg_fail(err, SG_EINVAL, "data item \"%.40s\" cannot be written", m->tag[i].name);
    header_text(o, m->title, "molecule");
    sg_out_printf(o, "     sigen          %s\n", m->has_xyz ? "3D" : "2D");
    header_text(o, m->comment, "");
    if (v3 || m->n_atoms > 999 || m->n_bonds > 999)
        write_v3000(o, m);
    else
        write_v2000(o, m);
    sg_out_puts(o, "M  END\n");
    for (int i = 0; i < m->n_tags; i++)
        sg_out_printf(o, ">  <%s>\n%s%s\n", m->tag[i].name, m->tag[i].value,
                      m->tag[i].value[0] ? "\n" : "");
    sg_out_puts(o, "$$$$\n");
    return SG_OK;
}

static sg_status sdf_write(sg_out *o, const sg_mol *m, sg_error *err)
{
    return sdf_write_as(o, m, 0, err);
}

static sg_status sdf3_write(sg_out *o, const sg_mol *m, sg_error *err)
{
    return sdf_write_as(o, m, 1, err);
}

const sg_mol_format sg_mol_sdf = {"sdf",
                                  ".sdf .sd .mol",
                                  "CTfile V2000 (V3000 above 999 atoms)",
                                  sg_i_sdf_read,
                                  sdf_write,
                                  NULL,
                                  NULL,
                                  1};
const sg_mol_format sg_mol_sdf3 = {"sdf3000",  ".sdf3000", "CTfile V3000", sg_i_sdf_read,
                                   sdf3_write, NULL,       NULL,           1};
