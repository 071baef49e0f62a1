import CLinux
import Glibc

/// What is said to the packet filter without `nft`: which tables there are, and rules to queues.
///
/// A kernel without the expression `queue` may still have iptables' target of that name, which
/// `nft` cannot write but the kernel accepts in any table.
struct FilterSocket {
  private let socket: NetlinkSocket

  /// Opens a socket inside a namespace.
  init(in namespace: NetworkNamespace) throws(ImpairmentError) {
    socket = try namespace.inside { () throws(ImpairmentError) in
      do throws(SystemError) {
        return try NetlinkSocket(NETLINK_NETFILTER)
      } catch {
        throw ImpairmentError(error, "opening a socket to the packet filter")
      }
    }
  }

  /// The tables of ours, by name.
  func tables() throws(ImpairmentError) -> [String] {
    let request = NetlinkMessage(
      netfilter: NFNL_SUBSYS_NFTABLES, NFT_MSG_GETTABLE.rawValue, flags: NLM_F_DUMP,
      family: FilterSocket.inet)
    do throws(SystemError) {
      let names = try socket.answers(to: request).compactMap {
        Attributes.first(NFTA_TABLE_NAME, in: $0.attributes(after: 4))?.text
      }
      return names.filter { $0.hasPrefix(FilterTable.prefix) }
    } catch {
      throw ImpairmentError(error, "listing the tables of the packet filter")
    }
  }

  /// The rule that a queue's packets come from, as `nft` would write it.
  static func line(table: String, chain: String, queue: UInt16, bypass: Bool) -> String {
    "add rule \(FilterTable.family) \(table) \(chain) queue num \(queue)\(bypass ? " bypass" : "")"
  }

  /// Appends a rule that hands packets to a queue.
  ///
  /// - Parameter bypass: whether packets pass when nobody reads the queue; else they are lost.
  func appendQueue(
    table: String, chain: String, queue: UInt16, bypass: Bool
  ) throws(ImpairmentError) {
    do throws(SystemError) {
      do throws(SystemError) {
        try append(table, chain) { Self.nativeQueue(&$0, queue, bypass) }
      } catch {
        guard error.code == ENOENT else { throw error }
        try append(table, chain) { Self.borrowedQueue(&$0, queue, bypass) }
      }
    } catch {
      guard error.code != ENOENT else {
        throw ImpairmentError(
          .notSupported,
          "this kernel hands no packets to programs (neither nft_queue nor xt_NFQUEUE is there)")
      }
      throw ImpairmentError(error, "adding a rule to the packet filter")
    }
  }

  private static let inet: UInt8 = 1

  private func append(
    _ table: String, _ chain: String, _ expression: (inout NetlinkMessage) -> Void
  ) throws(SystemError) {
    let part = UInt16(NFNL_SUBSYS_NFTABLES)
    let begin = NetlinkMessage(netfilter: 0, 0x10, flags: 0, resource: part)
    let end = NetlinkMessage(netfilter: 0, 0x11, flags: 0, resource: part, sequence: 2)
    var rule = NetlinkMessage(
      netfilter: NFNL_SUBSYS_NFTABLES, NFT_MSG_NEWRULE.rawValue,
      flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_APPEND, family: FilterSocket.inet, sequence: 1)
    rule.attribute(NFTA_RULE_TABLE, text: table)
    rule.attribute(NFTA_RULE_CHAIN, text: chain)
    rule.nested(NFTA_RULE_EXPRESSIONS) { $0.nested(NFTA_LIST_ELEM, expression) }
    try socket.transact([begin, rule, end])
  }

  /// nf_tables' own expression.
  private static func nativeQueue(_ m: inout NetlinkMessage, _ queue: UInt16, _ bypass: Bool) {
    m.attribute(NFTA_EXPR_NAME, text: "queue")
    m.nested(NFTA_EXPR_DATA) { data in
      data.attribute(NFTA_QUEUE_NUM, queue.bigEndian)
      data.attribute(NFTA_QUEUE_TOTAL, UInt16(1).bigEndian)
      data.attribute(NFTA_QUEUE_FLAGS, UInt16(bypass ? NFT_QUEUE_FLAG_BYPASS : 0).bigEndian)
    }
  }

  /// iptables' target: `struct xt_NFQ_info_v3` of `linux/netfilter/xt_NFQUEUE.h`, padded to 8.
  private static func borrowedQueue(_ m: inout NetlinkMessage, _ queue: UInt16, _ bypass: Bool) {
    m.attribute(NFTA_EXPR_NAME, text: "target")
    m.nested(NFTA_EXPR_DATA) { data in
      data.attribute(NFTA_TARGET_NAME, text: "NFQUEUE")
      data.attribute(NFTA_TARGET_REV, UInt32(3).bigEndian)
      let fields: [UInt16] = [queue, 1, bypass ? 1 : 0, 0]
      data.attribute(NFTA_TARGET_INFO, bytes: fields.withUnsafeBytes { Array($0) })
    }
  }
}
