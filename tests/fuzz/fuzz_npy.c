/* libFuzzer target of the .npy reader: whatever is accepted is finite and as large as it says. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "policy/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    sg_i_npy a;
    sg_error err;
    if (sg_i_npy_parse(&a, (const char *)data, len, &err) != SG_OK)
        return 0;
    if (a.rows < 1 || a.cols < 1 || a.rows * a.cols > len)
        abort();
    for (size_t i = 0; i < a.rows * a.cols; i++)
        if (!isfinite(a.x[i]))
            abort();
    free(a.x);
    return 0;
}
