/* Loaded before a program's own libraries on Linux: writes down, in order, what goes to journals, what is synced, and
   what goes out on sockets. The file is the one that MGLICENSE_TRACE names. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static void note(const char *what, const char *name) {
    static int file = -2;
    if (file == -2) {
        const char *path = getenv("MGLICENSE_TRACE");
        file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    }
    char line[4200];
    int length = snprintf(line, sizeof line, "%s %s\n", what, name);
    if (file >= 0 && length > 0) {
        ssize_t (*out)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
        (void)!out(file, line, (size_t)length);
    }
}

static int is_journal(int fd, char *name, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, size - 1);
    if (length < 0) {
        return 0;
    }
    name[length] = 0;
    return strstr(name, ".mgrun") != NULL;
}

static void note_file(const char *what, int fd) {
    char name[4096];
    if (is_journal(fd, name, sizeof name)) {
        note(what, name);
    }
}

/* The first line of a request is in the first bytes that a client hands over. */
static void note_bytes(const void *bytes, size_t length) {
    if (length > 5 && memcmp(bytes, "POST ", 5) == 0) {
        char line[80] = {0};
        size_t end = 0;
        for (const char *text = bytes; end < sizeof line - 1 && end < length && text[end] != '\r'; end++) {
            line[end] = text[end];
        }
        note("sent", line);
    }
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    ssize_t (*next)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    note_file("written", fd);
    return next(fd, bytes, length, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    ssize_t (*next)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
    note_file("written", fd);
    return next(fd, bytes, length, at);
}

int fdatasync(int fd) {
    int (*next)(int) = dlsym(RTLD_NEXT, "fdatasync");
    int outcome = next(fd);
    note_file("synced", fd);
    return outcome;
}

int fsync(int fd) {
    int (*next)(int) = dlsym(RTLD_NEXT, "fsync");
    int outcome = next(fd);
    note_file("synced", fd);
    return outcome;
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    ssize_t (*next)(int, const void *, size_t, int) = dlsym(RTLD_NEXT, "send");
    note_bytes(bytes, length);
    return next(fd, bytes, length, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    ssize_t (*next)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
    if (count > 0) {
        note_bytes(parts[0].iov_base, parts[0].iov_len);
    }
    return next(fd, parts, count);
}
