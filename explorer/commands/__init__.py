"""What the commands do, one module each; `explorer.__main__` imports only the one it runs."""
