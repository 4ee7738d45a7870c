/* What the verbs of sg-policy share. */
#ifndef SG_POLICY_CMD_H
#define SG_POLICY_CMD_H

#include "cli/cli.h"
#include "demos.h"
#include <sigen/policy.h>

extern const sg_verb sg_i_policy_check, sg_i_policy_train, sg_i_policy_eval, sg_i_policy_bench,
    sg_i_policy_run, sg_i_policy_info, sg_i_policy_list, sg_i_policy_quantize, sg_i_policy_pack,
    sg_i_policy_report, sg_i_policy_demo, sg_i_policy_convert;

/* The policy that --model names, a file or a shipped one (default: as the environment is called).
 */
SG_MUST_CHECK sg_status sg_i_policy_model_path(const sg_cli *c, const char *usual, char **path,
                                               sg_error *err);
SG_MUST_CHECK sg_status sg_i_policy_model(const sg_cli *c, const char *usual, sg_policy **p,
                                          sg_error *err);

/* Options of a workspace, and reading them. */
/* clang-format off */
#define SG_POLICY_OPTS_WS \
    {"steps", 0, SG_OPT_INT, "K", "denoising steps of a chunk", NULL, 1, 64, NULL}, \
    {"execute", 0, SG_OPT_INT, "K", "actions carried out of each chunk", NULL, 1, 256, NULL}, \
    {"sigma-end", 0, SG_OPT_DOUBLE, "R", "last noise level of the denoising", NULL, 1e-6, 100, NULL}, \
    {"warm", 0, SG_OPT_DOUBLE, "R", "start from the rest of the last chunk and this much noise", NULL, 0, 100, NULL}, \
    {"noise", 0, SG_OPT_DOUBLE, "R", "factor of the starting noise; other values than 1 change the law", NULL, 0, 10, NULL}, \
    {"guidance", 0, SG_OPT_DOUBLE, "W", "weight of the goal (default 1); 0: none", NULL, -100, 100, NULL}
/* clang-format on */
void sg_i_policy_ws_opts(const sg_cli *c, sg_policy_opts *o);

/* Which goals episodes have. */
enum { SG_POLICY_GOAL_PUBLISHED, SG_POLICY_GOAL_DRAWN, SG_POLICY_GOAL_NONE };
const char *sg_i_policy_goal_name(size_t k);
int sg_i_policy_goal_kind(const char *name);
/* clang-format off */
#define SG_POLICY_OPT_GOAL \
    {"goal", 0, SG_OPT_TEXT, "KIND", "what an episode is scored by, and a policy with goals is told", "published", 0, 0, sg_i_policy_goal_name}
/* clang-format on */
/* Gives ws the goal of a start, where the policy takes one. goal: the numbers; *counted: goal where
 * it is not the published one, else NULL. SG_ENOTSUP: not in this environment, or a policy without
 * goals asked for a drawn one. */
SG_MUST_CHECK sg_status sg_i_policy_give_goal(int kind, const sg_i_env *env, const sg_policy *p,
                                              sg_policy_ws *ws, uint32_t seed, double *goal,
                                              const double **counted, sg_error *err);

#define SG_POLICY_OPT_ENV                                                                          \
    {                                                                                              \
        "env", 0, SG_OPT_TEXT, "NAME", "environment", "pusht", 0, 0, sg_i_env_name                 \
    }
/* clang-format off */
#define SG_POLICY_OPT_SCENE \
    {"scene", 0, SG_OPT_TEXT, "FILE", "kitchen: the scene, an MJCF file of your own copy", NULL, 0, 0, NULL}
/* clang-format on */

#endif
