"""How Chinese sounds."""


def pinyin(text: str) -> list[str]:
    """The syllables of `text` without tones; what is not Chinese stays as it is, in one piece.

    >>> pinyin("密码 reset")
    ['mi', 'ma', ' reset']
    """
    # Its tables take 0.3 s to load; the matcher needs them too, and mostly has loaded them in its own thread before.
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(text))
