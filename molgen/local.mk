# molgen: libsigen-molgen and the program sg-molgen
