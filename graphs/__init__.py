"""Linking: documents become a graph of nodes and reasoned edges, kept in a collection on disk."""
