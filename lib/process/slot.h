/* Values of a slot that follow a path of their own. */
#ifndef SG_SLOT_H
#define SG_SLOT_H

#include <sigen/system.h>

/* Frozen values with a known end, where they are at t, into x (len); leaves all others. */
void sg_i_slot_known(const sg_component *c, const sg_slot *s, double t, double *x);

#endif
