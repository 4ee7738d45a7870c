# lib/train
