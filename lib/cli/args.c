/* The command line against a verb's option table. */
#include <config.h>
#include <sigen/text.h>

#include "cli-i.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_options(const sg_verb *v)
{
    size_t n = 0;
    while (sg_i_opt(v, n, NULL))
        n++;
    return n;
}

static const char *option_name(const void *verb, size_t k)
{
    const sg_opt *o = sg_i_opt(verb, k, NULL);
    return o ? o->name : NULL;
}

static const char *choice_name(const void *opt, size_t k)
{
    return ((const sg_opt *)opt)->choice(k);
}

static sg_status parse_u64(const char *s, size_t len, uint64_t *out, sg_error *err)
{
    uint64_t v = 0;
    for (size_t i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9')
            return sg_fail(err, SG_EPARSE, "\"%.40s\" is not a whole number", s);
        if (__builtin_mul_overflow(v, (uint64_t)10, &v) ||
            __builtin_add_overflow(v, (uint64_t)(s[i] - '0'), &v))
            return sg_fail(err, SG_ELIMIT, "\"%.40s\" exceeds 18446744073709551615", s);
    }
    if (len == 0)
        return sg_fail(err, SG_EPARSE, "a number is missing");
    *out = v;
    return SG_OK;
}

static sg_status parse_pair(const char *s, char between, uint64_t *a, uint64_t *b, sg_error *err)
{
    const char *mid = strchr(s, between);
    sg_status st = parse_u64(s, mid ? (size_t)(mid - s) : strlen(s), a, err);
    if (st != SG_OK)
        return st;
    if (!mid) {
        *b = *a;
        return SG_OK;
    }
    return parse_u64(mid + 1, strlen(mid + 1), b, err);
}

static sg_status check_choice(const sg_opt *o, const char *s, sg_error *err)
{
    for (size_t k = 0; o->choice(k); k++)
        if (strcmp(o->choice(k), s) == 0)
            return SG_OK;
    const char *near = sg_i_nearest(s, choice_name, o);
    return sg_fail(err, SG_EINVAL, "\"%.40s\" is unknown%s%s%s", s, near ? "; did you mean \"" : "",
                   near ? near : "", near ? "\"?" : "; --help lists the names");
}

static sg_status check_bounds(const sg_opt *o, double x, const char *s, sg_error *err)
{
    char lo[32], hi[32];
    if ((o->lo == 0 && o->hi == 0) || (x >= o->lo && x <= o->hi))
        return SG_OK;
    sg_format_double(lo, o->lo);
    sg_format_double(hi, o->hi);
    return sg_fail(err, SG_EDOM, "\"%.40s\" is outside %s..%s", s, lo, hi);
}

static sg_status add_to_list(struct sg_i_value *v, const char *s, sg_error *err)
{
    const char **list = realloc(v->list, (v->n_list + 1) * sizeof *list);
    if (!list)
        return sg_fail(err, SG_ENOMEM, "out of memory");
    v->list = list;
    list[v->n_list++] = s;
    return SG_OK;
}

static sg_status set_flag(struct sg_i_value *v, const char *s, sg_error *err)
{
    (void)v, (void)s, (void)err;
    return SG_OK;
}

static sg_status set_int(struct sg_i_value *v, const char *s, sg_error *err)
{
    sg_status st = sg_parse_int(s, strlen(s), INT64_MIN, INT64_MAX, &v->integer, err);
    return st == SG_OK ? check_bounds(v->opt, (double)v->integer, s, err) : st;
}

static sg_status set_uint64(struct sg_i_value *v, const char *s, sg_error *err)
{
    return parse_u64(s, strlen(s), &v->a, err);
}

static sg_status set_double(struct sg_i_value *v, const char *s, sg_error *err)
{
    sg_status st = sg_parse_double(s, strlen(s), &v->number, err);
    return st == SG_OK ? check_bounds(v->opt, v->number, s, err) : st;
}

static sg_status set_text(struct sg_i_value *v, const char *s, sg_error *err)
{
    return v->opt->choice ? check_choice(v->opt, s, err) : SG_OK;
}

static sg_status set_list(struct sg_i_value *v, const char *s, sg_error *err)
{
    sg_status st = set_text(v, s, err);
    return st == SG_OK ? add_to_list(v, s, err) : st;
}

static sg_status set_range(struct sg_i_value *v, const char *s, sg_error *err)
{
    sg_status st = parse_pair(s, '-', &v->a, &v->b, err);
    if (st == SG_OK)
        st = check_bounds(v->opt, (double)v->a, s, err);
    if (st == SG_OK)
        st = check_bounds(v->opt, (double)v->b, s, err);
    if (st == SG_OK && v->a > v->b)
        st = sg_fail(err, SG_EINVAL, "\"%.40s\" ends before it begins", s);
    return st;
}

static sg_status set_shard(struct sg_i_value *v, const char *s, sg_error *err)
{
    sg_status st = parse_pair(s, '/', &v->a, &v->b, err);
    if (st == SG_OK && (!strchr(s, '/') || v->a < 1 || v->a > v->b))
        st = sg_fail(err, SG_EINVAL, "\"%.40s\" is not I/N with 1 <= I <= N", s);
    return st;
}

static sg_status set_value(struct sg_i_value *v, const char *s, sg_error *err)
{
    static sg_status (*const set[])(struct sg_i_value *, const char *, sg_error *) = {
        [SG_OPT_FLAG] = set_flag,     [SG_OPT_INT] = set_int,     [SG_OPT_UINT64] = set_uint64,
        [SG_OPT_DOUBLE] = set_double, [SG_OPT_TEXT] = set_text,   [SG_OPT_LIST] = set_list,
        [SG_OPT_RANGE] = set_range,   [SG_OPT_SHARD] = set_shard,
    };
    sg_status st = set[v->opt->type](v, s, err);
    v->text = s;
    v->set = st == SG_OK;
    return st;
}

/* Any error about one option is a usage error that names it. */
static sg_status about(const sg_opt *o, sg_status st, const sg_error *why, sg_error *err)
{
    if (st == SG_ENOMEM)
        return sg_fail(err, st, "out of memory");
    return sg_fail(err, SG_EINVAL, "--%s: %s", o->name, why->text);
}

static struct sg_i_value *find(const sg_cli *c, const char *name, size_t len, char letter)
{
    for (size_t i = 0; i < c->n_values; i++) {
        const sg_opt *o = c->values[i].opt;
        if (letter ? o->letter == letter : strlen(o->name) == len && !memcmp(o->name, name, len))
            return &c->values[i];
    }
    return NULL;
}

static sg_status take(struct sg_i_value *v, const char *s, sg_error *err)
{
    sg_error why;
    if (!v->typed)
        v->n_list = 0; /* what is typed replaces the default */
    v->typed = 1;
    sg_status st = set_value(v, s, &why);
    return st == SG_OK ? st : about(v->opt, st, &why, err);
}

/* --name, --name=value, --name value; advances *i when the value is the next word. */
static sg_status long_option(sg_cli *c, int argc, char **argv, int *i, sg_error *err)
{
    const char *name = argv[*i] + 2, *eq = strchr(name, '=');
    size_t len = eq ? (size_t)(eq - name) : strlen(name);
    struct sg_i_value *v = find(c, name, len, 0);
    if (!v) {
        char word[48];
        snprintf(word, sizeof word, "%.*s", (int)(len < 40 ? len : 40), name);
        const char *near = sg_i_nearest(word, option_name, c->verb);
        return sg_fail(err, SG_EINVAL, "unknown option --%s%s%s%s", word,
                       near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
    }
    if (v->opt->type == SG_OPT_FLAG)
        return eq ? sg_fail(err, SG_EINVAL, "--%s takes no value", v->opt->name) : take(v, "", err);
    if (!eq && *i + 1 >= argc)
        return sg_fail(err, SG_EINVAL, "--%s needs a value (%s)", v->opt->name, v->opt->arg);
    return take(v, eq ? eq + 1 : argv[++*i], err);
}

/* -q, -n5, -n 5, -qn5 */
static sg_status short_options(sg_cli *c, int argc, char **argv, int *i, sg_error *err)
{
    for (const char *p = argv[*i] + 1; *p; p++) {
        struct sg_i_value *v = find(c, NULL, 0, *p);
        if (!v)
            return sg_fail(err, SG_EINVAL, "unknown option -%c", *p);
        if (v->opt->type == SG_OPT_FLAG) {
            (void)take(v, "", NULL); /* a flag cannot be wrong */
            continue;
        }
        if (!p[1] && *i + 1 >= argc)
            return sg_fail(err, SG_EINVAL, "-%c needs a value (%s)", *p, v->opt->arg);
        return take(v, p[1] ? p + 1 : argv[++*i], err);
    }
    return SG_OK;
}

static sg_status check_operands(sg_cli *c, sg_error *err)
{
    const sg_verb *v = c->verb;
    if (c->n_operands == 0 && v->reads_stdin)
        c->operands[c->n_operands++] = "-";
    if (v->max_operands >= 0 && c->n_operands > (size_t)v->max_operands)
        return sg_fail(err, SG_EINVAL, "unexpected argument \"%.100s\"",
                       c->operands[v->max_operands]);
    if (c->n_operands < (size_t)v->min_operands)
        return sg_fail(err, SG_EINVAL, "%s is missing", v->operands);
    return SG_OK;
}

sg_status sg_i_args(sg_cli *c, int argc, char **argv, sg_error *err)
{
    sg_status st = SG_OK;
    c->n_values = count_options(c->verb);
    c->values = calloc(c->n_values + 1, sizeof *c->values);
    c->operands = calloc((size_t)argc + 1, sizeof *c->operands);
    if (!c->values || !c->operands) {
        c->n_values = 0;
        return sg_fail(err, SG_ENOMEM, "out of memory");
    }
    for (size_t k = 0; k < c->n_values; k++) {
        c->values[k].opt = sg_i_opt(c->verb, k, NULL);
        if (c->values[k].opt->def)
            st = set_value(&c->values[k], c->values[k].opt->def, err);
        assert(st == SG_OK || st == SG_ENOMEM); /* the table's own defaults */
    }
    int only_operands = 0;
    for (int i = 0; i < argc && st == SG_OK; i++) {
        const char *w = argv[i];
        if (only_operands || w[0] != '-' || !w[1])
            c->operands[c->n_operands++] = w;
        else if (strcmp(w, "--") == 0)
            only_operands = 1;
        else
            st = (w[1] == '-' ? long_option : short_options)(c, argc, argv, &i, err);
    }
    if (st == SG_OK)
        st = check_operands(c, err);
    struct sg_i_value *quiet = find(c, "quiet", 5, 0);
    c->quiet = quiet && quiet->set;
    return st;
}

void sg_i_args_free(sg_cli *c)
{
    for (size_t k = 0; k < c->n_values; k++)
        free(c->values[k].list);
    free(c->values);
    free(c->operands);
    c->values = NULL;
    c->operands = NULL;
    c->n_values = c->n_operands = 0;
}

static const struct sg_i_value *get(const sg_cli *c, const char *name)
{
    const struct sg_i_value *v = find(c, name, strlen(name), 0);
    assert(v);
    return v;
}

int sg_cli_given(const sg_cli *c, const char *name)
{
    return get(c, name)->typed;
}

int sg_cli_flag(const sg_cli *c, const char *name)
{
    return get(c, name)->set;
}

long long sg_cli_int(const sg_cli *c, const char *name)
{
    return get(c, name)->integer;
}

uint64_t sg_cli_u64(const sg_cli *c, const char *name)
{
    return get(c, name)->a;
}

double sg_cli_double(const sg_cli *c, const char *name)
{
    return get(c, name)->number;
}

const char *sg_cli_text(const sg_cli *c, const char *name)
{
    const struct sg_i_value *v = get(c, name);
    return v->set ? v->text : NULL;
}

const char *const *sg_cli_list(const sg_cli *c, const char *name, size_t *n)
{
    const struct sg_i_value *v = get(c, name);
    *n = v->n_list;
    return v->list;
}

int sg_cli_pair(const sg_cli *c, const char *name, uint64_t *a, uint64_t *b)
{
    const struct sg_i_value *v = get(c, name);
    if (v->set) {
        *a = v->a;
        *b = v->b;
    }
    return v->set;
}
