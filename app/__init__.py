"""The faces for people: the `kgqa` command and the web page."""
