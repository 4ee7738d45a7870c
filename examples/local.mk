# examples: each is compiled and run by make check
