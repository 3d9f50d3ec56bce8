"""Workbooks in formats that no guard of ours looks through: .xls, .xlsb and .ods, read in a process of its own."""
