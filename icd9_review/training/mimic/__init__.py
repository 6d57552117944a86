"""MIMIC-III v1.4 as a corpus of labelled discharge summaries.

The tables come from PhysioNet (Johnson et al. 2016, MIMIC-III, a freely accessible critical
care database, Sci Data 3:160035); what counts as a document, the label spaces and the splits
follow CAML (Mullenbach et al. 2018, Explainable Prediction of Medical Codes from Clinical
Text, NAACL).
"""
