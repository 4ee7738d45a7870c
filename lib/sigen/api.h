/* What every public header of sigen starts from: linkage, compiler attributes. */
#ifndef SIGEN_API_H
#define SIGEN_API_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define SG_BEGIN_DECLS extern "C" {
#define SG_END_DECLS   }
#else
#define SG_BEGIN_DECLS
#define SG_END_DECLS
#endif

#if defined(__GNUC__)
#define SG_API          __attribute__((visibility("default")))
#define SG_MUST_CHECK   __attribute__((warn_unused_result))
#define SG_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define SG_API
#define SG_MUST_CHECK
#define SG_PRINTF(f, a)
#endif

#endif
