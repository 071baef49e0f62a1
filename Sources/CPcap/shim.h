#pragma once
#include <pcap/pcap.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// What glibc declares for programs that ask for its extensions, and Swift's Glibc module lacks.

// Moves the calling thread into a network namespace; CLONE_NEWNET of <sched.h>.
static inline int lab_pcap_enter_network_namespace(int descriptor) {
  return (int)syscall(SYS_setns, descriptor, 0x40000000);
}
