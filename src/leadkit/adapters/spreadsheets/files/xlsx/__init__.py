"""XLSX files looked through with suspicion, before a reader opens them."""
