"""Compares two methods on fine-tuning BERT on SWAG, on this machine."""
