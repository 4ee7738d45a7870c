#include <config.h>

#include <string.h>

#include "nn.h"

#if (defined(SG_HAVE_V3) || defined(SG_HAVE_V4)) && !defined(SG_REAL_DOUBLE)
static int runs_v3(void)
{
#ifdef __clang__
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi2");
#else
    return __builtin_cpu_supports("x86-64-v3") != 0;
#endif
}
#endif
#if defined(SG_HAVE_V4) && !defined(SG_REAL_DOUBLE)
static int runs_v4(void)
{
#ifdef __clang__ /* clang 14 knows no levels: what sets v4 apart */
    return runs_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
#else
    return __builtin_cpu_supports("x86-64-v4") != 0;
#endif
}
#endif
static int runs_generic(void)
{
    return 1;
}

/* best first */
static const struct {
    const sg_isa *isa;
    int (*runs)(void);
} table[] = {
#if defined(SG_HAVE_V4) && !defined(SG_REAL_DOUBLE)
    {&sg_i_isa_v4, runs_v4},
#endif
#if defined(SG_HAVE_V3) && !defined(SG_REAL_DOUBLE)
    {&sg_i_isa_v3, runs_v3},
#endif
    {&sg_i_isa_generic, runs_generic},
};

const sg_isa *sg_isa_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if ((!name || strcmp(name, table[i].isa->name) == 0) && table[i].runs())
            return table[i].isa;
    return NULL;
}

const char *sg_isa_name(const sg_isa *isa)
{
    return isa->name;
}
