/* Writing mmCIF files: a data block for each composition. */
#include <config.h>

#include <string.h>
#include <strings.h>

#include "dictionary.h"
#include "write.h"

static void head(sg_protein_sink *k, const char *id)
{
    sg_out_printf(k->out, "data_%s\n", id);
}

static void begin(sg_protein_sink *k, const sg_i_category *c)
{
    sg_out_puts(k->out, c->single ? "#\n" : "#\nloop_\n");
    for (int i = 0; c->item[i] && !c->single; i++)
        sg_out_printf(k->out, "_%s.%s\n", c->name, c->item[i]);
}

/* Printable text as a value. */
static void value(sg_out *o, const char *s)
{
    static const char *const reserved[] = {"data_", "loop_", "save_", "stop_", "global_"};
    int plain = s[0] && !strchr("_#$'\"[];", s[0]) && !strpbrk(s, " \t");
    if (strcmp(s, ".") == 0 || strcmp(s, "?") == 0)
        plain = 0;
    for (size_t k = 0; k < sizeof reserved / sizeof *reserved; k++)
        plain = plain && strncasecmp(s, reserved[k], strlen(reserved[k])) != 0;
    if (plain)
        sg_out_puts(o, s);
    else if (!strstr(s, "' "))
        sg_out_printf(o, "'%s'", s);
    else if (!strstr(s, "\" "))
        sg_out_printf(o, "\"%s\"", s);
    else
        sg_out_printf(o, "\n;%s\n;", s);
}

static void row(sg_protein_sink *k, const sg_i_category *c, const char *const *cell)
{
    for (int i = 0; c->item[i]; i++) {
        if (c->single)
            sg_out_printf(k->out, "_%s.%s ", c->name, c->item[i]);
        else if (i)
            sg_out_puts(k->out, " ");
        if (cell[i])
            value(k->out, cell[i]);
        else if (strcmp(c->item[i], "label_alt_id") == 0 || strcmp(c->item[i], "pdb_ins_code") == 0)
            sg_out_puts(k->out, ".");
        else
            sg_out_puts(k->out, "?");
        if (c->single)
            sg_out_puts(k->out, "\n");
    }
    if (!c->single)
        sg_out_puts(k->out, "\n");
}

static void end(sg_protein_sink *k, const sg_i_category *c)
{
    (void)k;
    (void)c;
}

static const sg_i_backend backend = {head, begin, row, end};

sg_status sg_i_cif_write(sg_protein_sink *k, const sg_protein *p, sg_error *err)
{
    sg_status s = sg_i_writable(p, err);
    if (s == SG_OK && !sg_i_same_block(k, p)) {
        if (k->models) {
            sg_i_block_end(k, &backend);
            sg_out_puts(k->out, "#\n");
        }
        s = sg_i_block_begin(k, &backend, p, err);
    }
    if (s != SG_OK)
        return s;
    sg_i_block_atoms(k, &backend, p);
    k->models++;
    return SG_OK;
}

sg_status sg_i_cif_head(sg_protein_sink *k, const sg_protein *p, sg_error *err)
{
    return sg_i_same_block(k, p) ? sg_i_block_text(k, &backend, err) : SG_OK;
}

void sg_i_cif_tail(sg_protein_sink *k)
{
    sg_i_block_end(k, &backend);
    sg_out_puts(k->out, "#\n");
}
