#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include <sigen/shipped.h>
#include "modeldirs.h"

sg_status sg_cli_list_models(sg_cli *c, const char *module, sg_error *err)
{
    sg_i_model_dirs d;
    sg_model_info *info = NULL;
    size_t n = 0;
    sg_status s = sg_i_model_dirs_init(&d, module, err);
    if (s == SG_OK)
        s = sg_model_list(&info, &n, d.dirs, err);
    sg_i_model_dirs_clear(&d);
    if (s != SG_OK)
        return s;
    if (sg_cli_flag(c, "json")) {
        json_t *a = json_array();
        for (size_t i = 0; i < n; i++) {
            json_t *scores = json_loads(info[i].scores, 0, NULL);
            json_array_append_new(a, json_pack("{s:s,s:I,s:s,s:s,s:o,s:s*}", "name", info[i].name,
                                               "bytes", (json_int_t)info[i].bytes, "hash",
                                               info[i].hash, "summary", info[i].summary, "scores",
                                               scores ? scores : json_null(), "problem",
                                               info[i].problem));
        }
        sg_model_list_free(info, n);
        return sg_cli_print_json(a, err);
    }
    for (size_t i = 0; i < n; i++)
        printf("%-16s %6.1f MB  %s  %s%s%s\n", info[i].name, (double)info[i].bytes / 1e6,
               info[i].problem ? info[i].problem : info[i].hash, info[i].summary,
               info[i].scores[0] ? "  " : "", info[i].scores);
    sg_model_list_free(info, n);
    return SG_OK;
}
