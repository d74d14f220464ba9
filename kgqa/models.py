"""Which agent and which language model a question gets."""
