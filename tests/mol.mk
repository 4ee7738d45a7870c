# tests of mol
