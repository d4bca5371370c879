"""How the network of ``avatar.listening`` was made: ``python -m avatar.listening.training FOLDER``.

Needs the extra "learn" (torch) and the command ``flite``. Nothing else of the project imports it.
"""
