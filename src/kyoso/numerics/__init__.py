"""Kernels without domain words: plain arrays in, plain arrays out."""
