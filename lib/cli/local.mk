# lib/cli
