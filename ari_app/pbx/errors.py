"""What can go wrong with Asterisk as a part of the product. Every message says what to do about it.

PbxError
├── AsteriskMissing          no usable Asterisk on this machine, and none fetched
├── AsteriskFailed           it did not start, or does not answer
├── ConfigurationRejected    settings that cannot be rendered into a working configuration
├── PortInUse                somebody else has one of its ports
└── FetchError               it could not be fetched
    ├── AptMissing               no apt-get or dpkg-deb
    ├── ArchitectureUnsupported  Debian's Asterisk is fetched for amd64 and arm64 only
    ├── CacheUnwritable          the cache folder cannot be written
    ├── DiskFull                 too little room in the cache folder
    └── MirrorUnreachable        no Debian mirror known, or it does not answer
"""


class PbxError(Exception):
    """Base of this folder's errors."""


class AsteriskMissing(PbxError):
    pass


class AsteriskFailed(PbxError):
    pass


class ConfigurationRejected(PbxError):
    pass


class PortInUse(PbxError):
    pass


class FetchError(PbxError):
    pass


class AptMissing(FetchError):
    pass


class ArchitectureUnsupported(FetchError):
    pass


class CacheUnwritable(FetchError):
    pass


class DiskFull(FetchError):
    pass


class MirrorUnreachable(FetchError):
    pass
