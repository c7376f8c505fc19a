"""A class from many numbers: data, the training of classifiers, how good their probabilities are.

Also the networks for the digits, each trained once, that pages and claims share.
"""
