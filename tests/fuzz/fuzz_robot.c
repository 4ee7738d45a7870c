/* libFuzzer target of the reader of URDF and MJCF: limits that are given allow something. The first
 * line is the joint's name. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/robot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    sg_i_joint_limits l = {7, 7, 7};
    sg_error err;
    char name[64];
    const uint8_t *end = memchr(data, '\n', len < sizeof name ? len : sizeof name);
    size_t n = end ? (size_t)(end - data) : 0;
    if (!end)
        return 0;
    memcpy(name, data, n);
    name[n] = '\0';
    sg_status s = sg_i_robot_limits(&l, (const char *)end + 1, len - n - 1, "robot", name, &err);
    if (s == SG_OK ? !(l.lo < l.hi && l.rate > 0) : l.lo != 7 || l.hi != 7 || !err.text[0])
        abort();
    return 0;
}
