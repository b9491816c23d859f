"""The programme as data: editions read from published texts, and compared with each other.

Read a file with :func:`kyoso.programme.reading.read`, compare two editions with
:func:`kyoso.programme.comparing.compare`. Everything here is pure; the hub stores.
"""
