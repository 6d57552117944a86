"""Training a model folder further on charts that people signed and auditors settled."""
