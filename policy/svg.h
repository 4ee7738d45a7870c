/* Episodes as pictures: SVG that moves by itself (SMIL), and shows the end where nothing
 * moves. */
#ifndef SG_POLICY_SVG_H
#define SG_POLICY_SVG_H

#include <sigen/file.h>
#include "rollout.h"

/* The whole picture: n episodes in rows of `across`; traces as sg_i_rollout made them. title is
 * shown. */
void sg_i_svg_episodes(sg_out *out, const sg_i_env *env, const sg_i_episode *e,
                       const sg_i_trace *trace, const uint64_t *seed, int n, int across,
                       const char *title);

#endif
