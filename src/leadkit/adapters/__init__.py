"""What joins leadkit to the outside: files, databases, engines and services, each behind its own optional library."""
