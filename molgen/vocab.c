#include <config.h>

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "nn/dims_json.h"
#include "vocab.h"

int sg_mol_vocab_class(const sg_mol_vocab *v, int element, int charge, int hydrogens)
{
    for (int i = 0; i < v->n_classes; i++)
        if (v->cls[i].element == element && v->cls[i].charge == charge &&
            v->cls[i].hydrogens == hydrogens)
            return i;
    return -1;
}

int sg_mol_vocab_prop(const sg_mol_vocab *v, const char *name)
{
    for (int i = 0; i < v->n_props; i++)
        if (strcmp(v->prop[i].name, name) == 0)
            return i;
    return -1;
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *numbers_json(const double *x, int n)
{
    json_t *a = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(a, json_real(x[i]));
    return a;
}

static json_t *prop_json(const sg_mol_prop *p, int sizes)
{
    return json_pack("{s:s,s:s,s:f,s:f,s:f,s:f,s:f,s:f,s:o,s:o}", "name", p->name, "unit", p->unit,
                     "mean", p->mean, "sd", p->sd, "min", p->min, "max", p->max, "q001", p->q001,
                     "q999", p->q999, "size_mean", numbers_json(p->size_mean, sizes), "size_sd",
                     numbers_json(p->size_sd, sizes));
}

sg_status sg_mol_config_write(const sg_mol_config *c, char **text, sg_error *err)
{
    const sg_mol_vocab *v = &c->vocab;
    const struct {
        const char *name;
        const sg_egnet_dims *m;
    } nets[] = {{"heavy", &c->heavy}, {"hydro", &c->hydro}, {"predict", &c->predict}};
    json_t *root = json_object(), *cls = json_array(), *props = json_array();
    *text = NULL;
    for (int i = 0; i < 3; i++)
        if (nets[i].m->L)
            json_object_set_new(root, nets[i].name, sg_i_dims_json(sg_egnet_dim_table, nets[i].m));
    for (int i = 0; i < v->n_classes; i++)
        json_array_append_new(cls, json_pack("[s,i,i]", sg_element_symbol(v->cls[i].element),
                                             v->cls[i].charge, v->cls[i].hydrogens));
    for (int i = 0; i < v->n_props; i++)
        json_array_append_new(props, prop_json(&v->prop[i], v->max_heavy + 1));
    json_object_set_new(root, "classes", cls);
    json_object_set_new(root, "properties", props);
    json_object_set_new(root, "max_nodes", json_integer(v->max_nodes));
    json_object_set_new(root, "sizes", numbers_json(v->sizes, v->max_heavy + 1));
    json_object_set_new(root, "noise_sd", numbers_json(v->noise_sd, v->max_heavy + 1));
    json_object_set_new(root, "token_shift", json_real(v->token_shift));
    json_object_set_new(root, "hydro_noise", json_real(v->hydro_noise));
    json_object_set_new(root, "closed_shell", json_boolean(v->closed_shell));
    json_object_set_new(root, "net_charge", json_pack("[i,i]", v->net_charge[0], v->net_charge[1]));
    *text = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(root);
    return *text ? SG_OK : sg_fail(err, SG_ENOMEM, "cannot write the model's configuration");
}

/* ---- reading: every value is checked, the first defect is named --------------------------------
 */

typedef struct reader {
    sg_status status;
    sg_error *err;
} reader;

static void bad(reader *r, const char *what)
{
    if (r->status == SG_OK)
        r->status = sg_fail(r->err, SG_EMODEL, "model configuration: %s is missing or wrong", what);
}

static double number(reader *r, json_t *obj, const char *key, double lo, double hi)
{
    json_t *x = json_object_get(obj, key);
    double y = json_number_value(x);
    if (!json_is_number(x) || !(y >= lo && y <= hi)) {
        bad(r, key);
        return lo;
    }
    return y;
}

static int numbers(reader *r, json_t *obj, const char *key, double *x, int max, double lo,
                   double hi)
{
    json_t *a = json_object_get(obj, key);
    size_t n = json_array_size(a);
    if (!json_is_array(a) || n > (size_t)max || n < 1) {
        bad(r, key);
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        json_t *e = json_array_get(a, i);
        x[i] = json_number_value(e);
        if (!json_is_number(e) || !(x[i] >= lo && x[i] <= hi))
            bad(r, key);
    }
    return (int)n;
}

static void dims_read(reader *r, json_t *root, const char *name, sg_egnet_dims *m)
{
    json_t *o = json_object_get(root, name);
    if (!o)
        return;
    const char *wrong = sg_i_dims_read(sg_egnet_dim_table, m, o);
    if (wrong)
        bad(r, wrong);
    if (m->L < 1)
        bad(r, name);
}

static void text_read(reader *r, json_t *obj, const char *key, char *out, size_t size)
{
    const char *s = json_string_value(json_object_get(obj, key));
    if (!s || strlen(s) >= size) {
        bad(r, key);
        return;
    }
    strcpy(out, s);
}

static void prop_read(reader *r, json_t *o, sg_mol_prop *p)
{
    const double big = 1e12;
    text_read(r, o, "name", p->name, sizeof p->name);
    text_read(r, o, "unit", p->unit, sizeof p->unit);
    p->mean = number(r, o, "mean", -big, big);
    p->sd = number(r, o, "sd", 1e-12, big);
    p->min = number(r, o, "min", -big, big);
    p->max = number(r, o, "max", -big, big);
    p->q001 = number(r, o, "q001", -big, big);
    p->q999 = number(r, o, "q999", -big, big);
    numbers(r, o, "size_mean", p->size_mean, SG_MOL_MAX_HEAVY + 1, -big, big);
    numbers(r, o, "size_sd", p->size_sd, SG_MOL_MAX_HEAVY + 1, 0, big);
}

static void class_read(reader *r, json_t *a, sg_mol_class *c)
{
    const char *sym = json_string_value(json_array_get(a, 0));
    json_int_t q = json_integer_value(json_array_get(a, 1));
    json_int_t h = json_integer_value(json_array_get(a, 2));
    int z = sym ? sg_element_number(sym, strlen(sym)) : 0;
    if (!z || q < -8 || q > 8 || h < 0 || h > 8)
        bad(r, "classes");
    c->element = (unsigned char)z;
    c->charge = (signed char)q;
    c->hydrogens = (unsigned char)h;
}

static void shells_read(reader *r, json_t *root, sg_mol_vocab *v)
{
    double charge[2] = {0};
    json_t *closed = json_object_get(root, "closed_shell");
    if (!json_is_boolean(closed))
        bad(r, "closed_shell");
    if (numbers(r, root, "net_charge", charge, 2, -1000, 1000) != 2 || charge[0] > charge[1])
        bad(r, "net_charge");
    v->closed_shell = json_is_true(closed);
    v->net_charge[0] = (int)charge[0];
    v->net_charge[1] = (int)charge[1];
}

sg_status sg_mol_config_read(sg_mol_config *c, const char *text, sg_error *err)
{
    json_error_t je;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &je);
    if (!root)
        return sg_fail(err, SG_EMODEL, "model configuration is no JSON: %s", je.text);
    reader rd = {SG_OK, err}, *r = &rd;
    sg_mol_vocab *v = &c->vocab;
    memset(c, 0, sizeof *c);
    dims_read(r, root, "heavy", &c->heavy);
    dims_read(r, root, "hydro", &c->hydro);
    dims_read(r, root, "predict", &c->predict);
    json_t *cls = json_object_get(root, "classes"), *props = json_object_get(root, "properties");
    if (!json_is_array(cls) || json_array_size(cls) < 1 ||
        json_array_size(cls) > SG_MOL_MAX_CLASSES)
        bad(r, "classes");
    else
        for (v->n_classes = 0; v->n_classes < (int)json_array_size(cls); v->n_classes++)
            class_read(r, json_array_get(cls, (size_t)v->n_classes), &v->cls[v->n_classes]);
    if (!json_is_array(props) || json_array_size(props) > SG_MOL_MAX_PROPS)
        bad(r, "properties");
    else
        for (v->n_props = 0; v->n_props < (int)json_array_size(props); v->n_props++)
            prop_read(r, json_array_get(props, (size_t)v->n_props), &v->prop[v->n_props]);
    v->max_heavy = numbers(r, root, "sizes", v->sizes, SG_MOL_MAX_HEAVY + 1, 0, 1e15) - 1;
    v->max_nodes = (int)number(r, root, "max_nodes", 1, SG_MOL_MAX_NODES);
    numbers(r, root, "noise_sd", v->noise_sd, SG_MOL_MAX_HEAVY + 1, 0, 1e3);
    /* first models have none: one clock for all */
    v->token_shift =
        json_object_get(root, "token_shift") ? number(r, root, "token_shift", 0.01, 100) : 1;
    v->hydro_noise = number(r, root, "hydro_noise", 0, 10);
    if (json_object_get(root, "closed_shell")) /* first models have none */
        shells_read(r, root, v);
    json_decref(root);
    return rd.status;
}
