# lib/sample
