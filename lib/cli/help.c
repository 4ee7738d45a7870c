/* --help and --version. */
#include <config.h>
#include <sigen/nn.h>
#include <sigen/text.h>

#include "cli-i.h"

#include <gsl/gsl_version.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define COLUMN 28 /* where the help texts begin */
#define WIDTH  80

/* Wraps text at WIDTH, later lines indented; `at` is the column already reached. */
static void wrapped(sg_out *out, const char *text, int at, int indent)
{
    while (*text) {
        size_t word = strcspn(text, " \n");
        if (at > indent && at + 1 + (int)word > WIDTH) {
            sg_out_printf(out, "\n%*s", indent, "");
            at = indent;
        } else if (at > indent) {
            sg_out_puts(out, " ");
            at++;
        }
        sg_out_write(out, text, word);
        at += (int)word;
        text += word;
        if (text[0] == '\n' && text[1] == '\n') {
            sg_out_printf(out, "\n\n%*s", indent, "");
            at = indent;
        }
        text += strspn(text, " \n");
    }
    sg_out_puts(out, "\n");
}

SG_PRINTF(3, 4) static void append(char *buf, size_t size, const char *fmt, ...)
{
    size_t n = strlen(buf);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(buf + n, size - n, fmt, ap);
    va_end(ap);
}

void sg_i_opt_text(char buf[SG_I_OPT_TEXT], const sg_opt *o)
{
    char lo[32], hi[32];
    const char *sep = " (";
    buf[0] = '\0';
    append(buf, SG_I_OPT_TEXT, "%s", o->help);
    if (o->def) {
        append(buf, SG_I_OPT_TEXT, "%sdefault: %s", sep, o->def);
        sep = "; ";
    }
    if (o->lo != 0 || o->hi != 0) {
        sg_format_double(lo, o->lo);
        sg_format_double(hi, o->hi);
        append(buf, SG_I_OPT_TEXT, "%s%s to %s", sep, lo, hi);
        sep = "; ";
    }
    if (o->type == SG_OPT_LIST) {
        append(buf, SG_I_OPT_TEXT, "%smay be repeated", sep);
        sep = "; ";
    }
    for (size_t k = 0; o->choice && o->choice(k); k++) {
        append(buf, SG_I_OPT_TEXT, "%s%s%s", sep, k ? "" : "one of ", o->choice(k));
        sep = k ? sep : ", ";
    }
    if (strcmp(sep, " (") != 0)
        append(buf, SG_I_OPT_TEXT, ")");
}

static void option(sg_out *out, const sg_opt *o)
{
    char head[100] = "      ", text[SG_I_OPT_TEXT];
    if (o->letter)
        snprintf(head, sizeof head, "  -%c, ", o->letter);
    append(head, sizeof head, "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
    int n = (int)strlen(head);
    sg_out_puts(out, head);
    if (n > COLUMN - 2)
        sg_out_printf(out, "\n%*s", COLUMN, "");
    else
        sg_out_printf(out, "%*s", COLUMN - n, "");
    sg_i_opt_text(text, o);
    wrapped(out, text, COLUMN, COLUMN);
}

void sg_i_example(sg_out *out, const sg_program *p, const char *text,
                  void (*put)(sg_out *out, const char *s, size_t n))
{
    static const char name[] = "PROGRAM", suffix[] = "SUFFIX";
    for (;;) {
        const char *a = strstr(text, name), *b = strstr(text, suffix);
        const char *at = a && (!b || a < b) ? a : b, *is = at == a ? p->name : p->suffix;
        if (!at)
            break;
        put(out, text, (size_t)(at - text));
        put(out, is, strlen(is));
        text = at + (at == a ? sizeof name : sizeof suffix) - 1;
    }
    put(out, text, strlen(text));
}

/* Indents the line that follows a newline. */
static void indented(sg_out *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sg_out_write(out, s[i] == '\n' ? "\n  " : s + i, s[i] == '\n' ? 3 : 1);
}

static void example(sg_out *out, const sg_program *p, const sg_verb *v)
{
    sg_out_puts(out, "\nExample:\n  ");
    sg_i_example(out, p, v->example, indented);
    sg_out_puts(out, "\n");
}

void sg_i_help_verb(sg_out *out, const sg_program *p, const sg_verb *v)
{
    const sg_opt *o;
    int common, said = -1;
    sg_out_printf(out, "Usage: %s %s [options]%s%s\n\n", p->name, v->name, v->operands ? " " : "",
                  v->operands ? v->operands : "");
    wrapped(out, v->description, 0, 0);
    for (size_t k = 0; (o = sg_i_opt(v, k, &common)) != NULL; k++) {
        if (common != said)
            sg_out_puts(out, common ? "\nCommon options:\n" : "\nOptions:\n");
        said = common;
        option(out, o);
    }
    example(out, p, v);
}

void sg_i_help_program(sg_out *out, const sg_program *p)
{
    sg_out_printf(out, "Usage: %s VERB [options] [arguments]\n\n", p->name);
    wrapped(out, p->description, 0, 0);
    sg_out_puts(out, "\nVerbs:\n");
    for (size_t i = 0; p->verbs[i]; i++)
        sg_out_printf(out, "  %-10s %s\n", p->verbs[i]->name, p->verbs[i]->summary);
    sg_out_printf(out,
                  "\n%s VERB --help lists the options of a verb; --version says what this is.\n",
                  p->name);
    example(out, p, p->verbs[0]);
}

void sg_i_version(sg_out *out, const sg_program *p)
{
    sg_out_printf(out, "%s (sigen) " PACKAGE_VERSION "\n", p->name);
    sg_out_printf(out, "matrix kernels: %s\n", sg_isa_name(sg_isa_find(NULL)));
    sg_out_printf(out, "libraries: GSL %s, jansson %s, zlib %s", gsl_version, jansson_version_str(),
                  zlibVersion());
    if (p->libraries)
        p->libraries(out);
    sg_out_puts(out,
                "\nThe sources of sigen are under the MIT licence; this program links the GNU\n"
                "Scientific Library and is distributed under the terms of GPL version 3.\n");
}
