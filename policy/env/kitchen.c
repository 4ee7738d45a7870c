/* Franka Kitchen apart from its physics: tasks, score, observations. */
#include <config.h>

#include <math.h>
#include <string.h>

#include "kitchen.h"
#include "mt19937.h"

/* clang-format off */
const double sg_i_kitchen_start[SG_KI_SEEN] = {
    0.148388023, -1.76848573, 1.84390296, -2.4768576, 0.260252026, 0.712533105, 1.59515394, 0.0479267505, 0.0371350919,
    -2.6627985e-04, -5.18043486e-05, 3.1287722e-05, -4.51199853e-05, -3.90842156e-06, -4.22629655e-05, 6.28065475e-05,
    4.04984708e-05, 4.62730939e-04, -2.26906415e-04, -4.65501369e-04, -6.44129196e-03, -1.77048263e-03, 1.08009684e-03,
    -0.26939744, 0.350383255, 1.61944683, 1.00618764, 4.0639512e-03, -6.62095997e-03, -2.68278933e-04};

/* Where the element of each task begins in a state, and where it shall be. */
static const struct task {
    int at, n;
    double goal[7];
} tasks[SG_KI_TASKS] = {
    {11, 2, {-0.88, -0.01}},                               /* knob 2 */
    {15, 2, {-0.92, -0.01}},                               /* knob 4 */
    {17, 2, {-0.69, -0.05}},
    {19, 1, {0.37}},
    {20, 2, {0, 1.45}},                                    /* left, right door */
    {22, 1, {-0.75}},
    {23, 7, {-0.23, 0.75, 1.62, 0.99, 0, 0, -0.06}}};
static const char *const task_names[] = {"bottom burner", "top burner", "light switch", "slide cabinet",
                                         "hinge cabinet", "microwave", "kettle"};
/* clang-format on */

static const double near = 0.3; /* done when its element is closer than that to its goal */

/* ---- tasks ----------------------------------------------------------------------------------- */

/* Distance of the element of t between two places that begin at state[from]. */
static double apart(const struct task *t, const double *a, const double *b)
{
    double sum = 0;
    for (int i = 0; i < t->n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum);
}

double sg_i_kitchen_distance(const double *s, int k)
{
    return apart(&tasks[k], s + tasks[k].at, tasks[k].goal);
}

void sg_i_kitchen_count(const double *before, double *s)
{
    double *tally = s + SG_KI_SEEN, done = 0;
    for (int k = 0; k < SG_KI_TASKS; k++) {
        tally[k] = before ? before[SG_KI_SEEN + k] : 0;
        done += tally[k] > 0;
    }
    for (int k = 0; k < SG_KI_TASKS && before; k++)
        if (tally[k] == 0 && sg_i_kitchen_distance(s, k) < near)
            tally[k] = ++done;
}

static double coverage(const double *s)
{
    double done = 0;
    for (int k = 0; k < SG_KI_TASKS; k++)
        done += s[SG_KI_SEEN + k] > 0;
    return done / SG_KI_TASKS;
}

/* ---- goals: the kitchen's part of a state ---------------------------------------------------- */

static const double *element(const double *goal, int k)
{
    return goal + tasks[k].at - SG_KI_JOINTS;
}

static void goal(const double *s, double *g)
{
    memcpy(g, s + SG_KI_JOINTS, (SG_KI_SEEN - SG_KI_JOINTS) * sizeof *g);
}

/* The start, but with the tasks of a set done. */
static void goal_of(unsigned set, double *g)
{
    goal(sg_i_kitchen_start, g);
    for (int k = 0; k < SG_KI_TASKS; k++)
        if (set >> k & 1)
            memcpy(g + tasks[k].at - SG_KI_JOINTS, tasks[k].goal, (size_t)tasks[k].n * sizeof *g);
}

static void published_goal(double *g)
{
    goal_of((1u << SG_KI_TASKS) - 1, g);
}

/* As the published demonstrators, who were told four tasks; RandomState(seed + 10^9) draws which.
 */
static void drawn_goal(uint32_t seed, double *g)
{
    sg_i_mt m;
    unsigned set = 0;
    sg_i_mt_seed(&m, seed + 1000000000u);
    for (int n = 0; n < 4;) {
        unsigned bit = 1u << sg_i_mt_range(&m, 0, SG_KI_TASKS);
        n += !(set & bit);
        set |= bit;
    }
    goal_of(set, g);
}

/* The share of the tasks that the goal shows done which were done at any time. */
static double coverage_of(const double *s, const double *g)
{
    double wanted = 0, done = 0;
    for (int k = 0; k < SG_KI_TASKS; k++)
        if (apart(&tasks[k], element(g, k), tasks[k].goal) < near) {
            wanted++;
            done += s[SG_KI_SEEN + k] > 0;
        }
    return wanted > 0 ? done / wanted : 0;
}

/* ---- what a policy sees ---------------------------------------------------------------------- */

static void observe(const double *s, double *o)
{
    memcpy(o, s, SG_KI_SEEN * sizeof *o);
}

/* The element that is farthest from where it was in the other state. */
static double block_error(const double *a, const double *b)
{
    double most = 0;
    for (int k = 0; k < SG_KI_TASKS; k++)
        most = fmax(most, apart(&tasks[k], a + tasks[k].at, b + tasks[k].at));
    return most;
}

/* clang-format off */
#define ROBOT "arm1", "arm2", "arm3", "arm4", "arm5", "arm6", "arm7", "finger1", "finger2"
#define KITCHEN "knob1", "burner1", "knob2", "burner2", "knob3", "burner3", "knob4", "burner4", "light_switch", "light", \
    "slide_door", "left_door", "right_door", "microwave", \
    "kettle_x", "kettle_y", "kettle_z", "kettle_q0", "kettle_q1", "kettle_q2", "kettle_q3"
static const char *const obs_names[] = {ROBOT, KITCHEN}, *const action_names[] = {ROBOT},
                  *const goal_names[] = {KITCHEN};
static const double lo[] = {-1, -1, -1, -1, -1, -1, -1, -1, -1}, hi[] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
static const int base[] = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
/* 30: what is observed; 60: with a goal behind it; 59: Gymnasium's, robot and kitchen with their speeds */
static const sg_i_record records[] = {
    {SG_KI_STATE, {{0, SG_KI_STATE}}}, {SG_KI_SEEN, {{0, SG_KI_SEEN}}}, {60, {{0, SG_KI_SEEN}}},
    {59, {{0, SG_KI_JOINTS}, {18, SG_KI_SEEN - SG_KI_JOINTS}}}, {0}};
/* clang-format on */

const sg_i_env sg_i_kitchen = {
    .name = "kitchen",
    .summary = "an arm does tasks in a kitchen, the scene is the user's (MuJoCo)",
    .n_state = SG_KI_STATE,
    .n_action = SG_KI_JOINTS,
    .n_obs = SG_KI_SEEN,
    .n_goal = SG_KI_SEEN - SG_KI_JOINTS,
    .obs_names = obs_names,
    .action_names = action_names,
    .goal_names = goal_names,
    .period = SG_KI_PERIOD,
    .max_steps = 280,
    .success = 0.999,
    .full = 1,
    .action_lo = lo,
    .action_hi = hi,
    .action_base = base,
    .replay_tolerance = 0.3,
    .records = records,
    .own_scene = 1,
#ifdef SG_HAVE_MUJOCO
    .open = sg_i_kitchen_open,
    .close = sg_i_kitchen_close,
    .reset = sg_i_kitchen_reset,
    .set = sg_i_kitchen_set,
    .get = sg_i_kitchen_get,
    .step = sg_i_kitchen_step,
#endif
    .coverage = coverage,
    .block_error = block_error,
    .observe = observe,
    .goal = goal,
    .published_goal = published_goal,
    .coverage_of = coverage_of,
    .drawn_goal = drawn_goal,
    .tasks = task_names,
    .n_tasks = SG_KI_TASKS,
    .tally = SG_KI_SEEN,
    .count = sg_i_kitchen_count,
};
