"""One number from another: targets, the training that fits them, and many fits at once.

Also the exact pieces of what comes out, and the classical approximations beside it.
"""
