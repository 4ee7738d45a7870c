/* Limits of joints from URDF and MJCF: what each says, and what is refused. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef SG_HAVE_MUJOCO
#include <mujoco/mujoco.h>
#endif

#include "policy/robot.h"
#include "tap.h"

static const char urdf[] =
    "<?xml version=\"1.0\"?>\n"
    "<robot name=\"arm\">\n"
    "  <link name=\"base\"/><link name=\"a\"/>\n"
    "  <joint name=\"shoulder\" type=\"revolute\"><parent link=\"base\"/><child link=\"a\"/>\n"
    "    <limit lower=\"-1.25\" upper=\"2.5e0\" velocity=\"3.5\" effort=\"10\"/></joint>\n"
    "  <joint name=\"lift\" type=\"prismatic\"><limit upper=\" 0.4 \" effort=\"1\"/></joint>\n"
    "  <joint name=\"careful\" type=\"revolute\"><limit lower=\"-3\" upper=\"3\" velocity=\"1\"/>\n"
    "    <safety_controller soft_lower_limit=\"-2\" soft_upper_limit=\"4\" "
    "k_velocity=\"1\"/></joint>\n"
    "  <joint name=\"wheel\" type=\"continuous\"><limit velocity=\"9\" effort=\"1\"/></joint>\n"
    "  <joint name=\"screw\" type=\"fixed\"/>\n"
    "  <joint name=\"bare\" type=\"revolute\"/>\n"
    "  <joint name=\"xacro\" type=\"revolute\"><limit lower=\"${-pi}\" upper=\"1\"/></joint>\n"
    "  <joint name=\"none\" type=\"revolute\"><limit lower=\"1\" upper=\"1\"/></joint>\n"
    "  <joint name=\"still\" type=\"revolute\"><limit lower=\"0\" upper=\"1\" "
    "velocity=\"0\"/></joint>\n"
    "  <joint name=\"two\" type=\"revolute\"><limit lower=\"0 1\" upper=\"1\"/></joint>\n"
    "  <transmission name=\"t\"><joint name=\"elsewhere\" type=\"revolute\"><limit "
    "upper=\"1\"/></joint>\n"
    "  </transmission>\n"
    "</robot>\n";

/* clang-format off */
static const char mjcf[] =
    "<mujoco model=\"arm\"><compiler autolimits=\"true\"/>\n"
    "  <default><joint range=\"-90 90\"/>\n"
    "    <default class=\"arm\"><joint damping=\"1\"/>\n"
    "      <default class=\"wrist\"><joint range=\"-10 20\"/><position ctrlrange=\"-1 1.5\"/></default>\n"
    "    </default>\n"
    "    <default class=\"free\"><joint limited=\"false\"/></default>\n"
    "  </default>\n"
    "  <worldbody>\n"
    "    <body childclass=\"wrist\"><inertial pos=\"0 0 0\" mass=\"1\" diaginertia=\"1 1 1\"/><joint name=\"inherited\"/>\n"
    "      <body><inertial pos=\"0 0 0\" mass=\"1\" diaginertia=\"1 1 1\"/><joint name=\"nested\" axis=\"1 0 0\" class=\"arm\"/><joint name=\"own\" range=\"0 180\"/></body>\n"
    "      <joint name=\"slider\" type=\"slide\" range=\"-0.1 0.3\"/>\n"
    "    </body>\n"
    "    <body><inertial pos=\"0 0 0\" mass=\"1\" diaginertia=\"1 1 1\"/><joint name=\"plain\"/></body><body><inertial pos=\"0 0 0\" mass=\"1\" diaginertia=\"1 1 1\"/><joint name=\"loose\" class=\"free\"/></body>\n"
    "    <body><inertial pos=\"0 0 0\" mass=\"1\" diaginertia=\"1 1 1\"/><joint name=\"ball\" type=\"ball\" range=\"0 0\"/></body>\n"
    "  </worldbody>\n"
    "  <actuator><motor name=\"push\" joint=\"own\" ctrlrange=\"-2 2\"/><position name=\"aim\" joint=\"own\" class=\"wrist\"/>"
    "<motor name=\"strong\" joint=\"own\"/></actuator>\n"
    "</mujoco>\n";
/* clang-format on */

static void reads(const char *text, const char *joint, double lo, double hi, double rate)
{
    sg_error err = {0};
    sg_i_joint_limits l = {NAN, NAN, NAN};
    sg_status s = sg_i_robot_limits(&l, text, strlen(text), "arm", joint, &err);
    tap_ok(s == SG_OK && (l.lo == lo || fabs(l.lo - lo) < 1e-12) &&
               (l.hi == hi || fabs(l.hi - hi) < 1e-12) && l.rate == rate,
           "%s: %g to %g, %g per s %s", joint, l.lo, l.hi, l.rate, err.text);
}

static void refused(const char *text, const char *joint, sg_status want, long line,
                    const char *says)
{
    sg_error err = {0};
    sg_i_joint_limits l = {7, 7, 7};
    sg_status s = sg_i_robot_limits(&l, text, strlen(text), "arm", joint, &err);
    tap_ok(s == want && l.lo == 7 && (long)err.line == line && strstr(err.text, says),
           "refused: line %ld, %s", (long)err.line, err.text);
}

/* What MuJoCo itself makes of the same text. */
static void mujoco(const char *text)
{
#ifdef SG_HAVE_MUJOCO
    static const char *const joints[] = {"inherited", "nested", "own", "slider", "plain"};
    static const char *const actuators[] = {"push", "aim"};
    char why[1000] = "", file[64];
    snprintf(file, sizeof file, "robot-%ld.xml", (long)getpid());
    FILE *f = fopen(file, "w");
    if (!f || fputs(text, f) < 0 || fclose(f))
        exit(99);
    mjModel *m = mj_loadXML(file, NULL, why, sizeof why);
    unlink(file);
    double off = m ? 0 : INFINITY;
    for (int k = 0; k < 7 && m; k++) {
        const char *name = k < 5 ? joints[k] : actuators[k - 5];
        int id = mj_name2id(m, k < 5 ? mjOBJ_JOINT : mjOBJ_ACTUATOR, name);
        const mjtNum *range = (k < 5 ? m->jnt_range : m->actuator_ctrlrange) + 2 * id;
        sg_i_joint_limits l;
        sg_error err;
        if (sg_i_robot_limits(&l, text, strlen(text), "arm", name, &err) != SG_OK)
            off = INFINITY;
        else
            tap_worst(&off, fabs(l.lo - range[0]) + fabs(l.hi - range[1]));
    }
    tap_ok(off < 1e-12, "MuJoCo reads the same limits (%g off) %s", off, why);
    if (m)
        mj_deleteModel(m);
#else
    (void)text;
    tap_skip("MuJoCo reads the same limits", "built without MuJoCo");
#endif
}

int main(void)
{
    char radian[sizeof mjcf + 40];
    const double deg = M_PI / 180, inf = INFINITY;
    reads(urdf, "shoulder", -1.25, 2.5, 3.5);
    reads(urdf, "lift", 0, 0.4, inf);
    reads(urdf, "careful", -2, 3, 1);
    reads(urdf, "wheel", -inf, inf, 9);
    refused(urdf, "elbow", SG_EPARSE, 2, "no joint elbow");
    refused(urdf, "elsewhere", SG_EPARSE, 2, "no joint");
    refused(urdf, "screw", SG_ENOTSUP, 10, "no joint of one axis");
    refused(urdf, "bare", SG_EPARSE, 11, "without <limit>");
    refused(urdf, "xacro", SG_EPARSE, 12, "lower=\"${-pi}\"");
    refused(urdf, "none", SG_EPARSE, 2, "allow nothing");
    refused(urdf, "still", SG_EPARSE, 2, "allow nothing");
    refused(urdf, "two", SG_EPARSE, 15, "too many numbers");

    reads(mjcf, "own", 0, M_PI, inf);
    reads(mjcf, "inherited", -10 * deg, 20 * deg, inf);
    reads(mjcf, "nested", -90 * deg, 90 * deg, inf);
    reads(mjcf, "plain", -90 * deg, 90 * deg, inf);
    reads(mjcf, "slider", -0.1, 0.3, inf);
    reads(mjcf, "push", -2, 2, inf);
    reads(mjcf, "aim", -1, 1.5, inf);
    refused(mjcf, "ball", SG_ENOTSUP, 14, "no joint of one axis");
    refused(mjcf, "loose", SG_ENOTSUP, 13, "not limited");
    refused(mjcf, "strong", SG_ENOTSUP, 16, "not limited");
    refused(mjcf, "elbow", SG_EPARSE, 1, "no joint or actuator");
    snprintf(radian, sizeof radian, "<mujoco><compiler angle=\"radian\"/>%s",
             strstr(mjcf, "<default"));
    reads(radian, "inherited", -10, 20, inf);
    mujoco(mjcf);

    refused("<robot><joint></robot>", "a", SG_EPARSE, 1, "no well-formed XML");
    refused("<html/>", "a", SG_EPARSE, 1, "neither URDF");
    refused("", "a", SG_EPARSE, 1, "no well-formed XML");
    refused("no XML", "a", SG_EPARSE, 1, "no well-formed XML");
    refused("<!DOCTYPE robot [<!ENTITY e \"-1\">]><robot><joint name=\"a\" type=\"revolute\">"
            "<limit lower=\"&e;\" upper=\"1\"/></joint></robot>",
            "a", SG_EPARSE, 0, "document type");
    refused("<!DOCTYPE robot SYSTEM \"file:///etc/passwd\"><robot/>", "a", SG_EPARSE, 0,
            "document type");
    return tap_done();
}
