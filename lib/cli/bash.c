/* --help-bash: completion of verbs, options and names for bash. */
#include <config.h>

#include "cli-i.h"

#include <string.h>

/* One line for the previous word of an option that takes a value: names or files. */
static void value_case(sg_out *out, const sg_opt *o)
{
    if (o->type == SG_OPT_FLAG)
        return;
    sg_out_printf(out, "        :--%s", o->name);
    if (o->letter)
        sg_out_printf(out, "|:-%c", o->letter);
    sg_out_puts(out, ")");
    if (o->choice) {
        sg_out_puts(out, " words=\"");
        for (size_t k = 0; o->choice(k); k++)
            sg_out_printf(out, "%s%s", k ? " " : "", o->choice(k));
        sg_out_puts(out, "\";;\n");
    } else if (o->arg && strstr(o->arg, "FILE")) {
        sg_out_puts(out, " compopt -o default; return;;\n");
    } else {
        sg_out_puts(out, " return;;\n");
    }
}

static void verb_cases(sg_out *out, const sg_verb *v)
{
    const sg_opt *o;
    sg_out_printf(out, "    %s)\n        words=\"--help", v->name);
    for (size_t k = 0; (o = sg_i_opt(v, k, NULL)) != NULL; k++)
        sg_out_printf(out, " --%s", o->name);
    sg_out_puts(out, "\"\n        case \":$prev\" in\n");
    for (size_t k = 0; (o = sg_i_opt(v, k, NULL)) != NULL; k++)
        value_case(out, o);
    sg_out_puts(out, "        *) [[ $cur == -* ]] || { compopt -o default; return; };;\n"
                     "        esac;;\n");
}

void sg_i_bash(sg_out *out, const sg_program *p)
{
    sg_out_printf(out, "# bash completion of %s, made from its option tables\n", p->name);
    sg_out_puts(out, "_");
    for (const char *s = p->name; *s; s++)
        sg_out_printf(out, "%c", *s == '-' ? '_' : *s);
    sg_out_puts(
        out,
        "() {\n    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words\n"
        "    COMPREPLY=()\n    if ((COMP_CWORD == 1)); then\n        words=\"");
    for (size_t i = 0; p->verbs[i]; i++)
        sg_out_printf(out, "%s ", p->verbs[i]->name);
    sg_out_puts(out, "--help --version\"\n    else\n    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; p->verbs[i]; i++)
        verb_cases(out, p->verbs[i]);
    sg_out_puts(
        out,
        "    esac\n    fi\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n");
    sg_out_puts(out, "complete -F _");
    for (const char *s = p->name; *s; s++)
        sg_out_printf(out, "%c", *s == '-' ? '_' : *s);
    sg_out_printf(out, " %s\n", p->name);
}
