/* Made by protein-tables ladders: mean CA positions (nm) of rungs of real chains. */
/* clang-format off */
static const double ladder_rung[SG_I_RUNGS][SG_I_RUNG_SIZE] = {
    /* antiparallel, bonded: 48698 of 57326, mean square distance 0.0020 nm^2 */
    {-0.1693, -0.1364, -0.2828, 0.1709, 0.0075, -0.2226, 0.4278, -0.1089, 0.0196,
     -0.4242, 0.1216, -0.0227, -0.1166, 0.1845, 0.1765, 0.1114, -0.0683, 0.3319,},
    /* antiparallel, not bonded: 27992 of 29496, mean square distance 0.0015 nm^2 */
    {-0.1377, -0.0228, -0.3888, 0.1365, -0.1394, -0.1589, 0.4152, 0.0808, -0.0420,
     -0.3929, 0.1604, 0.0244, -0.1575, -0.0878, 0.1755, 0.1364, 0.0087, 0.3898,},
    /* parallel: 9188 of 10312, mean square distance 0.0017 nm^2 */
    {-0.3322, 0.1855, -0.0486, -0.1474, 0.0292, 0.2373, 0.1901, 0.1416, 0.3509,
     -0.1830, -0.1530, -0.3581, 0.0874, -0.2149, -0.1047, 0.3851, 0.0116, -0.0767,},
};
/* clang-format on */
