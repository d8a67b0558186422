"""Files 文件: photos, voices, papers that people hand in; sealed each under a key of its own, kept in the database."""
