"""The port of plugins: the hooks, what they are given, and the plugins of one desk."""
