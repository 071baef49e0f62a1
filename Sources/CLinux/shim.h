#pragma once
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
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

// Waits until there is something to read, for so many nanoseconds at most; ppoll(2).
static inline int lab_wait_readable(int descriptor, long long nanoseconds) {
  struct pollfd waited = {descriptor, POLLIN, 0};
  struct timespec span = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  return (int)syscall(SYS_ppoll, &waited, 1, &span, NULL, 0);
}
// The most datagrams that one call takes.
#define LAB_MOST_DATAGRAMS 64
// Takes datagrams that are there, each into a slot of the buffer, and notes their lengths;
// recvmmsg(2) with MSG_DONTWAIT.
static inline int lab_receive_datagrams(
    int descriptor, void *slots, unsigned long slot_size, unsigned *lengths) {
  // struct mmsghdr of <sys/socket.h>.
  struct { struct msghdr head; unsigned length; } datagrams[LAB_MOST_DATAGRAMS];
  struct iovec places[LAB_MOST_DATAGRAMS];
  memset(datagrams, 0, sizeof datagrams);
  for (unsigned i = 0; i < LAB_MOST_DATAGRAMS; i++) {
    places[i].iov_base = (char *)slots + i * slot_size;
    places[i].iov_len = slot_size;
    datagrams[i].head.msg_iov = &places[i];
    datagrams[i].head.msg_iovlen = 1;
  }
  int count = (int)syscall(
      SYS_recvmmsg, descriptor, datagrams, LAB_MOST_DATAGRAMS, MSG_DONTWAIT, NULL);
  for (int i = 0; i < count; i++) lengths[i] = datagrams[i].length;
  return count;
}
// Gives the calling thread's loopback device another name, and switches it on.
static inline int lab_rename_loopback(const char *name) {
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  struct ifreq request = {0};
  strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  strncpy(request.ifr_newname, name, IFNAMSIZ - 1);
  int result = ioctl(descriptor, 0x8923 /* SIOCSIFNAME */, &request);
  memset(&request, 0, sizeof request);
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (result == 0) result = ioctl(descriptor, 0x8914 /* SIOCSIFFLAGS */, &request);
  close(descriptor);
  return result;
}
// Takes a datagram of eight bytes and the time at which it arrived, by the clock of the wall in
// nanoseconds; SO_TIMESTAMPNS has to be on. Returns 1, or 0 when none is there.
static inline int lab_receive_stamped(int descriptor, long long *sent, long long *arrived) {
  union { struct cmsghdr head; char bytes[64]; } control;
  struct iovec place = {sent, sizeof *sent};
  struct msghdr message = {0};
  message.msg_iov = &place;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  if (recvmsg(descriptor, &message, MSG_DONTWAIT) != sizeof *sent) return 0;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  if (head == NULL || head->cmsg_level != SOL_SOCKET) return 0;
  struct timespec time;
  memcpy(&time, CMSG_DATA(head), sizeof time);
  *arrived = time.tv_sec * 1000000000LL + time.tv_nsec;
  return 1;
}
