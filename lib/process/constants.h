/* Numbers that C11 has no name for. */
#ifndef SG_PROCESS_CONSTANTS_H
#define SG_PROCESS_CONSTANTS_H

#define PI      3.14159265358979323846
#define LOG_2PI 1.8378770664093454836

#endif
