"""What can be trained, and how: perceptrons, a network for pictures, the transformer.

With the losses and the optimizers by name, one step of training written out, and one training.
"""
