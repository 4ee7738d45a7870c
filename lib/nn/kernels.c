/* All kernels, compiled once per instruction set with SG_ISA naming it. */
#include <config.h>

#include "kern_graph.h"

#define SG_CAT_(a, b) a##b
#define SG_CAT(a, b)  SG_CAT_(a, b)
#define SG_STR_(a)    #a
#define SG_STR(a)     SG_STR_(a)

const sg_isa SG_CAT(sg_i_isa_, SG_ISA) = {
    .name = SG_STR(SG_ISA),
    .op =
        {
#define SG_X(id, nm) [SG_OP_##id] = {#nm, nm##_fwd, nm##_bwd},
            SG_OP_LIST(SG_X)
#undef SG_X
        },
    .gemm = gemm,
    .transpose = transpose,
};
