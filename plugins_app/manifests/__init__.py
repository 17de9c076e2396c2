"""A plugin's manifest and its tools' parameters: their schemas, checks, and error messages."""
