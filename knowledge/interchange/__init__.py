"""Articles out of the knowledge base and into it: a folder of Markdown, CSV or JSON."""
