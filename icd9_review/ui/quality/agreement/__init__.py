"""The page of agreement: who codes the same encounters alike, and where they do not."""
