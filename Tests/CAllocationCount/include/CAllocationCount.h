#pragma once

/// How often this thread has asked for memory.
long allocations_of_this_thread(void);
