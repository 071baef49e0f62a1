#pragma once
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

// What glibc declares for programs that ask for its extensions, and Swift's Glibc module lacks.

// Moves the calling thread into a network namespace; CLONE_NEWNET of <sched.h>.
static inline int lab_enter_network_namespace(int descriptor) {
  return (int)syscall(SYS_setns, descriptor, 0x40000000);
}
// An unnamed file in memory, closed in programs that are started; MFD_CLOEXEC.
static inline int lab_memory_file(const char *name) {
  return (int)syscall(SYS_memfd_create, name, 1u);
}
// Moves the calling thread into a new network namespace; CLONE_NEWNET of <sched.h>.
static inline int lab_leave_network_namespace(void) { return (int)syscall(SYS_unshare, 0x40000000); }
