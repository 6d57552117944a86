"""The model: its folder, the windows it reads a note in, its scores and their explanation.

Torch, transformers and Captum are imported here and in ``training`` only, and not by
this module: import ``predictor`` or ``explainer`` where the model is needed.
"""
