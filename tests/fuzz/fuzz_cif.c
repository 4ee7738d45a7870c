/* libFuzzer target of the mmCIF reader; fuzz_protein.h says how it is built. */
#include "fuzz_protein.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    return fuzz(&sg_protein_mmcif, &sg_protein_mmcif, data, len);
}
