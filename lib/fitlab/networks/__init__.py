"""What can be trained: perceptrons, classifiers of pictures, the transformer.

With the losses by name, and one step of training written out.
"""
