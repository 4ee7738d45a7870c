/* libFuzzer target of the graph6 reader; fuzz_graph.h says how it is built. */
#include "fuzz_graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    return fuzz(&sg_graph_graph6, data, len);
}
