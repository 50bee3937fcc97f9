"""The REST API: an application factory, its settings, routers, schemas and the background worker.

Nothing is built at import; ``biaotu.api.app.create_app`` makes an application of a ``Settings``. This module itself
stays empty, so that the command line can read the table of settings without loading a web framework.
"""
