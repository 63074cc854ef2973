/* One line a check, in the Test Anything Protocol, and what every C test needs to call the library. */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mglicense.h"

static int tap_checks = 0;
static int tap_failures = 0;

/* Says whether a check held. */
static inline void check(int held, const char *name) {
  tap_checks += 1;
  tap_failures += held ? 0 : 1;
  printf("%s %d - %s\n", held ? "ok" : "not ok", tap_checks, name);
  fflush(stdout);
}

/* Ends the program's output; the result is its exit code. */
static inline int done(void) {
  printf("1..%d\n", tap_checks);
  return tap_failures == 0 && tap_checks > 0 ? 0 : 1;
}

static inline MglBytes text(const char *characters) {
  MglBytes bytes = {(const uint8_t *)characters, strlen(characters)};
  return bytes;
}

static inline MglBytes nothing(void) {
  MglBytes bytes = {NULL, 0};
  return bytes;
}

/* A buffer's bytes as a string of their own; frees the buffer. */
static inline char *take(MglBuf buffer) {
  char *copy = malloc(buffer.len + 1);
  if (copy == NULL) {
    abort();
  }
  if (buffer.len > 0) {
    memcpy(copy, buffer.ptr, buffer.len);
  }
  copy[buffer.len] = '\0';
  mgl_buf_free(buffer);
  return copy;
}

/* Whether a buffer is as an output is before anything was put into it. */
static inline int is_empty(MglBuf buffer) { return buffer.ptr == NULL && buffer.len == 0 && buffer.cap == 0; }

/* A function that starts a job. */
typedef int32_t (*Operation)(uint64_t session, MglBytes payload, uint64_t *job, MglBuf *error);

#endif
