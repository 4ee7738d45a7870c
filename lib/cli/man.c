/* --help-man: the program's page of section 1, in the man macros. */
#include <config.h>

#include "cli-i.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Text as troff takes it literally. */
static void literal(sg_out *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\')
            sg_out_puts(out, "\\e");
        else if (s[i] == '-')
            sg_out_puts(out, "\\-");
        else if ((s[i] == '.' || s[i] == '\'') && (i == 0 || s[i - 1] == '\n'))
            sg_out_printf(out, "\\&%c", s[i]);
        else
            sg_out_write(out, s + i, 1);
    }
}

static void text(sg_out *out, const char *s)
{
    literal(out, s, strlen(s));
}

static void upper(sg_out *out, const char *s)
{
    for (; *s; s++)
        sg_out_printf(out, *s == '-' ? "\\-" : "%c", toupper((unsigned char)*s));
}

/* Paragraphs separated by blank lines. */
static void paragraphs(sg_out *out, const char *s)
{
    const char *gap;
    while ((gap = strstr(s, "\n\n")) != NULL) {
        literal(out, s, (size_t)(gap - s));
        sg_out_puts(out, "\n.PP\n");
        s = gap + 2;
    }
    text(out, s);
    sg_out_puts(out, "\n");
}

static void option(sg_out *out, const sg_opt *o)
{
    char buf[SG_I_OPT_TEXT];
    sg_out_puts(out, ".TP\n");
    if (o->letter)
        sg_out_printf(out, "\\fB\\-%c\\fR, ", o->letter);
    sg_out_puts(out, "\\fB\\-\\-");
    text(out, o->name);
    sg_out_puts(out, "\\fR");
    if (o->arg) {
        sg_out_puts(out, " \\fI");
        text(out, o->arg);
        sg_out_puts(out, "\\fR");
    }
    sg_out_puts(out, "\n");
    sg_i_opt_text(buf, o);
    text(out, buf);
    sg_out_puts(out, "\n");
}

static void verb(sg_out *out, const sg_program *p, const sg_verb *v)
{
    const sg_opt *o;
    sg_out_puts(out, ".SS ");
    text(out, p->name);
    sg_out_puts(out, " ");
    text(out, v->name);
    sg_out_puts(out, " [options]");
    if (v->operands) {
        sg_out_puts(out, " ");
        text(out, v->operands);
    }
    sg_out_puts(out, "\n");
    paragraphs(out, v->description);
    for (size_t k = 0; (o = sg_i_opt(v, k, NULL)) != NULL; k++)
        option(out, o);
    sg_out_puts(out, ".PP\nExample:\n.PP\n.nf\n.RS\n");
    sg_i_example(out, p, v->example, literal);
    sg_out_puts(out, "\n.RE\n.fi\n");
}

void sg_i_man(sg_out *out, const sg_program *p)
{
    static const char *const exits[][2] = {
        {"0", "done"},
        {"1", "a check found defects, records were left out, or fewer samples made than asked for"},
        {"2", "wrong command line"},
        {"3", "bad input: a file or model that cannot be used"},
        {"4", "input/output failed, or memory ran out"},
        {"5", "interrupted; what is finished is kept, and --resume goes on"}};
    sg_out_puts(out, ".TH ");
    upper(out, p->name);
    sg_out_puts(out, " 1 \"\" \"sigen " PACKAGE_VERSION "\" \"User Commands\"\n.SH NAME\n");
    text(out, p->name);
    sg_out_puts(out, " \\- ");
    text(out, p->summary);
    sg_out_puts(out, "\n.SH SYNOPSIS\n\\fB");
    text(out, p->name);
    sg_out_puts(out, "\\fR \\fIverb\\fR [options] [arguments]\n.SH DESCRIPTION\n");
    paragraphs(out, p->description);
    sg_out_puts(out, ".SH VERBS\n");
    for (size_t i = 0; p->verbs[i]; i++)
        verb(out, p, p->verbs[i]);
    for (size_t i = 0; i < p->n_sections; i++) {
        sg_out_puts(out, ".SH ");
        upper(out, p->sections[i].title);
        sg_out_puts(out, "\n");
        paragraphs(out, p->sections[i].text);
    }
    sg_out_puts(out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < sizeof exits / sizeof *exits; i++) {
        sg_out_printf(out, ".TP\n.B %s\n", exits[i][0]);
        text(out, exits[i][1]);
        sg_out_puts(out, "\n");
    }
    sg_out_puts(out, ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno colours on a terminal\n"
                     ".TP\n.B OMP_NUM_THREADS\nthreads to use when \\-\\-threads is not given\n");
    if (p->see_also) {
        sg_out_puts(out, ".SH SEE ALSO\n");
        text(out, p->see_also);
        sg_out_puts(out, "\n");
    }
}
