"""Text: the corpus that every reader has, its tokens, models that count, one that is trained."""
