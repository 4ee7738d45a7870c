#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/modeldirs.h"
#include "cmd.h"

sg_status sg_mol_cmd_model_path(const sg_cli *c, const char *fallback, char **path, sg_error *err)
{
    const char *name = sg_cli_text(c, "model");
    return sg_cli_model_path("molgen", name ? name : fallback, path, err);
}

sg_status sg_mol_cmd_open(const char *name, sg_mol_model **m, sg_error *err)
{
    char *path;
    *m = NULL;
    sg_status s = sg_cli_model_path("molgen", name, &path, err);
    if (s != SG_OK)
        return s;
    sg_error e = {0};
    *m = sg_mol_model_open(path, &e);
    free(path);
    if (!*m && err)
        *err = e;
    return *m ? SG_OK : e.code;
}

sg_status sg_mol_cmd_model(const sg_cli *c, const char *fallback, sg_mol_model **m, sg_error *err)
{
    const char *name = sg_cli_text(c, "model");
    return sg_mol_cmd_open(name ? name : fallback, m, err);
}

const sg_mol_format *sg_mol_cmd_format(const sg_cli *c, const char *path, sg_error *err)
{
    const char *name = sg_cli_text(c, "format");
    const sg_mol_format *f = name ? sg_mol_format_find(name) : sg_mol_format_of_file(path);
    if (!f && !name && strcmp(path, "-") == 0)
        f = &sg_mol_sdf;
    if (f && f->write)
        return f;
    if (name)
        sg_fail(err, SG_EINVAL, "\"%s\" is no output format", name);
    else
        sg_fail(err, SG_EINVAL, "the name %s does not tell the format: give --format", path);
    return NULL;
}

void sg_mol_cmd_tag(char out[64], const char *prefix, const sg_mol_property *p)
{
    int n = snprintf(out, 64, "%s_%s_", prefix, p->name);
    if (n > 62)
        n = 62;
    for (const char *u = p->unit; *u && n < 63; u++)
        if (isalnum((unsigned char)*u))
            out[n++] = *u;
    if (out[n - 1] == '_')
        n--;
    out[n] = '\0';
}

/* value in `unit` = value in `other` x factor */
static const struct {
    const char *unit, *other;
    double factor;
} conversions[] = {
    {"eV", "meV", 1e-3},
    {"eV", "hartree", 27.211386245988},
    {"eV", "Ha", 27.211386245988},
    {"eV", "kcal/mol", 0.0433641153},
    {"eV", "kJ/mol", 0.0103642697},
    {"D", "debye", 1},
    {"D", "ea0", 2.541746473},
    {"bohr^3", "a0^3", 1},
    {"bohr^3", "A^3", 6.748334508},
    {"cal/(mol K)", "cal/mol/K", 1},
    {"cal/(mol K)", "J/(mol K)", 0.2390057361},
    {"cal/(mol K)", "J/mol/K", 0.2390057361},
};

sg_status sg_mol_quantity(const char *text, const char *unit, double *value, sg_error *err)
{
    size_t n = strspn(text, "+-.0123456789");
    size_t digits = n + 1 + (text[n] && (text[n + 1] == '+' || text[n + 1] == '-'));
    if ((text[n] == 'e' || text[n] == 'E') && isdigit((unsigned char)text[digits]))
        n = digits + strspn(text + digits, "0123456789");
    double x;
    if (sg_parse_double(text, n, &x, NULL) != SG_OK)
        return sg_fail(err, SG_EINVAL, "\"%s\" does not begin with a number", text);
    const char *u = text + n + strspn(text + n, " ");
    if (*u == '\0' || strcmp(u, unit) == 0) {
        *value = x;
        return SG_OK;
    }
    for (size_t i = 0; i < sizeof conversions / sizeof conversions[0]; i++)
        if (strcmp(conversions[i].unit, unit) == 0 && strcmp(conversions[i].other, u) == 0) {
            *value = x * conversions[i].factor;
            return SG_OK;
        }
    char known[200] = "";
    for (size_t i = 0; i < sizeof conversions / sizeof conversions[0]; i++)
        if (strcmp(conversions[i].unit, unit) == 0)
            snprintf(known + strlen(known), sizeof known - strlen(known), ", %s",
                     conversions[i].other);
    return sg_fail(err, SG_EINVAL, "unit \"%s\" is not known: %s%s", u,
                   *unit ? unit : "the property has none", known);
}
