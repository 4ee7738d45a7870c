/* The command line as it could be typed again. */
#include <config.h>

#include <string.h>

#include "cli-i.h"

/* A word of a POSIX shell: as it is if nothing in it means anything there, else in single quotes.
 */
static void put_word(sg_out *o, const char *s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_@%+=:,./-";
    sg_out_puts(o, " ");
    if (*s && s[strspn(s, plain)] == '\0') {
        sg_out_puts(o, s);
        return;
    }
    sg_out_puts(o, "'");
    for (size_t n; *s; s += n + (s[n] == '\'')) {
        n = strcspn(s, "'");
        sg_out_printf(o, "%.*s%s", (int)n, s, s[n] ? "'\\''" : "");
    }
    sg_out_puts(o, "'");
}

/* Options that change no byte of the output. */
static int silent(const sg_opt *o)
{
    return strcmp(o->name, "threads") == 0 || strcmp(o->name, "quiet") == 0;
}

static void put_option(sg_out *o, const struct sg_i_value *v)
{
    size_t n = v->opt->type == SG_OPT_LIST ? v->n_list : 1;
    for (size_t k = 0; k < n; k++) {
        sg_out_printf(o, " --%s", v->opt->name);
        if (v->opt->type != SG_OPT_FLAG)
            put_word(o, v->opt->type == SG_OPT_LIST ? v->list[k] : v->text);
    }
}

sg_status sg_cli_command(const sg_cli *c, char **text, sg_error *err)
{
    size_t len;
    int dash = 0;
    sg_out *o = sg_out_memory(err);
    if (!o)
        return SG_ENOMEM;
    sg_out_printf(o, "%s %s", c->program->name, c->verb->name);
    for (size_t k = 0; k < c->n_values; k++)
        if (c->values[k].typed && !silent(c->values[k].opt))
            put_option(o, &c->values[k]);
    for (size_t k = 0; k < c->n_operands; k++)
        dash |= c->operands[k][0] == '-' && c->operands[k][1];
    sg_out_puts(o, dash ? " --" : "");
    for (size_t k = 0; k < c->n_operands; k++)
        put_word(o, c->operands[k]);
    return sg_out_take(o, text, &len, err);
}
