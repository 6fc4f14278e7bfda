"""Sources of bytes that fail."""

import ctypes
import os
import pty
import tty

PAGE = os.sysconf("SC_PAGE_SIZE")
PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, MAP_FAILED = 3, 0x22, ctypes.c_void_p(-1).value


class FailingFile:
    """A file that gives `data` to its reader, and then EIO: the end of a mapping of this process's memory."""

    def __init__(self, data):
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.mmap.restype = ctypes.c_void_p
        self._libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
        self._libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        self._length = -(-len(data) // PAGE) * PAGE
        self._address = self._libc.mmap(None, self._length + PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0)
        assert self._address != MAP_FAILED, os.strerror(ctypes.get_errno())
        assert self._libc.munmap(self._address + self._length, PAGE) == 0
        start = self._address + self._length - len(data)
        ctypes.memmove(start, data, len(data))
        self._file = os.open("/proc/self/mem", os.O_RDONLY)
        os.lseek(self._file, start, os.SEEK_SET)

    def fileno(self):
        return self._file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._file)
        self._libc.munmap(self._address, self._length)


class HungUpTerminal:
    """A terminal that has been given `data` (some hundred bytes) and whose other end is gone: EIO behind them."""

    def __init__(self, data):
        self._ours, other = pty.openpty()
        tty.setraw(other)
        os.write(other, data)
        os.close(other)

    def fileno(self):
        return self._ours

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._ours)
