"""Reading: a file becomes a `ParsedDocument` of pages, passages, tables, figures and sections."""
