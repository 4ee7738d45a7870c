# lib/process
