# lib/lab
