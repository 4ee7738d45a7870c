# lib/nn
