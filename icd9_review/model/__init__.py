"""The model: its folder, the windows it reads a note in, its scores and their explanation.

Torch, transformers and ONNX Runtime are imported here, in ``training`` and in ``benchmark``
only, Captum here and in ``benchmark``, and none of them by this module: import ``predictor``
or ``explainer`` where the model is needed.
"""
