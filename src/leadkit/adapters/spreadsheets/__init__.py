"""Sheets of XLSX and CSV files, read and written as plain data."""
