"""The policies that ship with leadkit."""
