#include <config.h>

#include <limits.h>
#include <math.h>
#include <string.h>

#include <libxml/parser.h>

#include <sigen/text.h>
#include "robot.h"

/* A document being read. */
typedef struct robot {
    xmlDocPtr doc;
    const char *file;
    sg_error *err;
} robot;

static sg_status bad(const robot *r, const xmlNode *n, sg_status s, const char *what,
                     const char *detail)
{
    return sg_fail_at(r->err, s, r->file, n ? xmlGetLineNo(n) : 0, 0, "%s%s", what, detail);
}

/* ---- elements and attributes ---------------------------------------------------------------- */

static int is(const xmlNode *n, const char *name)
{
    return n && n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

/* The attribute's text, in the document's memory; NULL: there is none. */
static const char *attribute(const xmlNode *n, const char *name)
{
    for (const xmlAttr *a = n ? n->properties : NULL; a; a = a->next)
        if (strcmp((const char *)a->name, name) == 0)
            return a->children && a->children->content ? (const char *)a->children->content : "";
    return NULL;
}

static const xmlNode *child(const xmlNode *n, const char *name)
{
    for (const xmlNode *c = n ? n->children : NULL; c; c = c->next)
        if (is(c, name))
            return c;
    return NULL;
}

/* the next element in document order below root */
static const xmlNode *following(const xmlNode *n, const xmlNode *root)
{
    do {
        if (n->type == XML_ELEMENT_NODE && n->children) {
            n = n->children;
        } else {
            while (n != root && !n->next)
                n = n->parent;
            n = n == root ? NULL : n->next;
        }
    } while (n && n->type != XML_ELEMENT_NODE);
    return n;
}

/* The element that is called `element` (NULL: any) and has name="name". */
static const xmlNode *named(const xmlNode *root, const char *element, const char *name)
{
    for (const xmlNode *n = root; n; n = following(n, root)) {
        const char *own = attribute(n, "name");
        if ((!element || is(n, element)) && own && strcmp(own, name) == 0)
            return n;
    }
    return NULL;
}

/* count numbers, separated by blanks, and nothing else */
static sg_status numbers(const robot *r, const xmlNode *n, const char *what, const char *text,
                         double *x, int count)
{
    const char *p = text;
    for (int i = 0; i < count; i++) {
        p += strspn(p, " \t\r\n");
        size_t len = strcspn(p, " \t\r\n");
        sg_error e;
        if (sg_parse_double(p, len, &x[i], &e) != SG_OK)
            return sg_fail_at(r->err, SG_EPARSE, r->file, xmlGetLineNo(n), 0,
                              "%s=\"%.40s\", wanted %d number%s", what, text, count,
                              count > 1 ? "s" : "");
        p += len;
    }
    return p[strspn(p, " \t\r\n")] ? bad(r, n, SG_EPARSE, "too many numbers: ", what) : SG_OK;
}

/* ---- URDF ----------------------------------------------------------------------------------- */

/* *x becomes the number of an attribute where there is one */
static sg_status optional(const robot *r, const xmlNode *n, const char *name, double *x)
{
    const char *text = attribute(n, name);
    return text ? numbers(r, n, name, text, x, 1) : SG_OK;
}

static sg_status urdf(const robot *r, const xmlNode *root, const char *name, sg_i_joint_limits *l)
{
    const xmlNode *joint = NULL;
    for (const xmlNode *c = root->children; c && !joint; c = c->next)
        if (is(c, "joint") && attribute(c, "name") && strcmp(attribute(c, "name"), name) == 0)
            joint = c;
    if (!joint)
        return bad(r, root, SG_EPARSE, "there is no joint ", name);
    const char *type = attribute(joint, "type");
    const xmlNode *limit = child(joint, "limit"), *safety = child(joint, "safety_controller");
    int endless = type && strcmp(type, "continuous") == 0;
    if (!type || (!endless && strcmp(type, "revolute") != 0 && strcmp(type, "prismatic") != 0))
        return bad(r, joint, SG_ENOTSUP, "no joint of one axis: ", name);
    if (!limit && !endless)
        return bad(r, joint, SG_EPARSE, "a joint without <limit>: ", name);
    double lo = 0, hi = 0, soft_lo = -INFINITY, soft_hi = INFINITY, rate = INFINITY;
    sg_status s = optional(r, limit, "lower", &lo); /* 0 where it is not told, says URDF */
    if (s == SG_OK)
        s = optional(r, limit, "upper", &hi);
    if (s == SG_OK)
        s = optional(r, limit, "velocity", &rate);
    if (s == SG_OK)
        s = optional(r, safety, "soft_lower_limit", &soft_lo);
    if (s == SG_OK)
        s = optional(r, safety, "soft_upper_limit", &soft_hi);
    if (s != SG_OK)
        return s;
    l->lo = endless ? -INFINITY : fmax(lo, soft_lo);
    l->hi = endless ? INFINITY : fmin(hi, soft_hi);
    l->rate = rate;
    return SG_OK;
}

/* ---- MJCF ----------------------------------------------------------------------------------- */

/* The <default> of a class; the outermost one is "main", whatever it is called. */
static const xmlNode *defaults_of(const xmlNode *root, const char *class)
{
    for (const xmlNode *n = root; n; n = following(n, root)) {
        if (!is(n, "default"))
            continue;
        const char *own = attribute(n, "class");
        int outermost = !is(n->parent, "default");
        if (class ? own && strcmp(own, class) == 0 : outermost)
            return n;
        if (class && outermost && strcmp(class, "main") == 0)
            return n;
    }
    return NULL;
}

/* An attribute of an element, or of its class, or of what that class is in. */
static const char *with_defaults(const xmlNode *root, const xmlNode *n, const char *name)
{
    const char *text = attribute(n, name), *class = attribute(n, "class");
    for (const xmlNode *up = n->parent; !class && is(up, "body"); up = up->parent)
        class = attribute(up, "childclass");
    for (const xmlNode *d = defaults_of(root, class); !text && is(d, "default"); d = d->parent)
        text = attribute(child(d, (const char *)n->name), name);
    return text;
}

static sg_status range(const robot *r, const xmlNode *root, const xmlNode *n, const char *what,
                       const char *limited, double unit, sg_i_joint_limits *l)
{
    const char *text = with_defaults(root, n, what), *on = with_defaults(root, n, limited);
    double x[2];
    if (!text || (on && strcmp(on, "false") == 0))
        return bad(r, n, SG_ENOTSUP, "not limited: ", attribute(n, "name"));
    sg_status s = numbers(r, n, what, text, x, 2);
    l->lo = s == SG_OK ? unit * x[0] : 0;
    l->hi = s == SG_OK ? unit * x[1] : 0;
    l->rate = INFINITY;
    return s;
}

static sg_status mjcf(const robot *r, const xmlNode *root, const char *name, sg_i_joint_limits *l)
{
    double degree = M_PI / 180;
    for (const xmlNode *n = root->children; n; n = n->next)
        if (is(n, "compiler") && attribute(n, "angle"))
            degree = strcmp(attribute(n, "angle"), "radian") == 0 ? 1 : M_PI / 180;
    const xmlNode *n = NULL;
    for (const xmlNode *c = root->children; c && !n; c = c->next)
        if (is(c, "worldbody"))
            n = named(c, "joint", name);
    if (n) {
        const char *type = with_defaults(root, n, "type");
        int hinge = !type || strcmp(type, "hinge") == 0;
        if (!hinge && strcmp(type, "slide") != 0)
            return bad(r, n, SG_ENOTSUP, "no joint of one axis: ", name);
        return range(r, root, n, "range", "limited", hinge ? degree : 1, l);
    }
    for (const xmlNode *c = root->children; c && !n; c = c->next)
        if (is(c, "actuator"))
            n = named(c, NULL, name);
    if (!n)
        return bad(r, root, SG_EPARSE, "there is no joint or actuator ", name);
    return range(r, root, n, "ctrlrange", "ctrllimited", 1, l);
}

/* ---- documents ------------------------------------------------------------------------------ */

/* A document type may define entities: it is refused before one is read. */
static void doctype(void *context, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
    xmlParserCtxtPtr c = context;
    (void)name, (void)id, (void)uri;
    c->_private = c;
    xmlStopParser(c);
}

static void quiet(void *self, xmlErrorPtr e)
{
    (void)self, (void)e;
}

static sg_status parse(robot *r, const char *text, size_t len)
{
    if (len > INT_MAX)
        return sg_fail_at(r->err, SG_ELIMIT, r->file, 0, 0, "more than 2 GiB");
    xmlParserCtxtPtr c = xmlNewParserCtxt();
    if (!c)
        return sg_fail(r->err, SG_ENOMEM, "no memory to read XML");
    c->sax->internalSubset = doctype;
    c->sax->serror = quiet;
    r->doc = xmlCtxtReadMemory(c, text, (int)len, NULL, "UTF-8",
                               XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                   XML_PARSE_NOBLANKS | XML_PARSE_NOCDATA);
    int line = c->lastError.line, typed = c->_private != NULL;
    xmlFreeParserCtxt(c);
    if (typed)
        return sg_fail_at(r->err, SG_EPARSE, r->file, 0, 0, "a document type is not allowed");
    return r->doc ? SG_OK
                  : sg_fail_at(r->err, SG_EPARSE, r->file, line > 0 ? line : 0, 0,
                               "no well-formed XML");
}

sg_status sg_i_robot_limits(sg_i_joint_limits *limits, const char *text, size_t len,
                            const char *file, const char *joint, sg_error *err)
{
    robot r = {NULL, file, err};
    sg_i_joint_limits l = {0};
    sg_status s = parse(&r, text, len);
    const xmlNode *root = r.doc ? xmlDocGetRootElement(r.doc) : NULL;
    if (s == SG_OK && is(root, "robot"))
        s = urdf(&r, root, joint, &l);
    else if (s == SG_OK && is(root, "mujoco"))
        s = mjcf(&r, root, joint, &l);
    else if (s == SG_OK)
        s = bad(&r, root, SG_EPARSE, "neither URDF (robot) nor MJCF (mujoco)", "");
    if (s == SG_OK && !(l.lo < l.hi && l.rate > 0))
        s = bad(&r, root, SG_EPARSE, "limits that allow nothing: joint ", joint);
    if (s == SG_OK)
        *limits = l;
    xmlFreeDoc(r.doc);
    return s;
}
