// The test program has a malloc of its own, which the dynamic linker puts in the place of the C
// library's for the whole process: it counts, and passes on. Swift may not define the symbol.
#include "CAllocationCount.h"

#include <stddef.h>

extern void *__libc_malloc(size_t size);

static _Thread_local long count;

void *malloc(size_t size) {
  count += 1;
  return __libc_malloc(size);
}

long allocations_of_this_thread(void) { return count; }
