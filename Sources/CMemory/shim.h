#pragma once
#include <stddef.h>
#include <sys/mman.h>

// What the processor and the kernel can be told about memory, and Swift has no word for.

// Asks for large pages; madvise(2), whose MADV_HUGEPAGE glibc declares for programs that ask for
// its extensions. A kernel that has none leaves everything as it is.
static inline void lab_prefer_large_pages(void *start, size_t length) { madvise(start, length, 14); }
// Fetches a line of memory that will be needed soon.
static inline void lab_fetch_line(const void *place) { __builtin_prefetch(place); }
