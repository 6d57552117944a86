"""Fine-tuning a BERT checkpoint on coded notes, such as BioBERT on MIMIC-III."""
