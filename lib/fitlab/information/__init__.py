"""Surprise as a quantity: entropy, cross-entropy, KL divergence, and codes that come close to them.

Also fits in which the distribution itself is moved.
"""
