"""The database: what is kept of every call, safe from the moment it was finished.

SQLite unless told otherwise. `sql.open_store` opens it and brings its tables up to date; `memory`
is its twin for tests; `journal` is how calls write to it without waiting for it.
"""
