"""The migrations, one module each in `versions`; never changed once released."""
