#include <config.h>
#include <sigen/train.h>

#if defined(__SSE2__)
#include <immintrin.h>

unsigned sg_fp_flush(void)
{
    unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | 0x8040u); /* FTZ, DAZ */
    return mode;
}

void sg_fp_restore(unsigned mode)
{
    _mm_setcsr(mode);
}

#else

unsigned sg_fp_flush(void)
{
    return 0;
}

void sg_fp_restore(unsigned mode)
{
    (void)mode;
}

#endif
